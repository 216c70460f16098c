namespace Starling.Node.Transport;

/// <summary>What a <see cref="PeerAddress"/> holds.</summary>
public enum AddressKind
{
    /// <summary>A host name, looked up at each attempt.</summary>
    Name,

    /// <summary>An IPv4 address.</summary>
    IPv4,

    /// <summary>An IPv6 address.</summary>
    IPv6,
}
