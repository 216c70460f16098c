namespace Starling.Node.Transport;

/// <summary>Why a node closes or does not open a connection. The numbers travel in a <c>Refused</c> frame and never change.</summary>
public enum PeerRefusal
{
    /// <summary>A later version gave a reason that this one does not know.</summary>
    Unknown = 0,

    /// <summary>The other speaks another version of the protocol.</summary>
    Version = 1,

    /// <summary>The other presented no certificate.</summary>
    NoCertificate = 2,

    /// <summary>The certificate, or one of an authority above it, has expired.</summary>
    Expired = 3,

    /// <summary>The certificate, or one of an authority above it, is not valid yet.</summary>
    NotYetValid = 4,

    /// <summary>No trusted authority of the node's trust domain vouches for the certificate.</summary>
    UnknownAuthority = 5,

    /// <summary>The certificate does not carry exactly one SPIFFE ID of a node, on a key that nodes use.</summary>
    NoSpiffeId = 6,

    /// <summary>An authority vouches for the certificate, but it may not be used so: a wrong purpose, a broken constraint.</summary>
    UnfitCertificate = 7,

    /// <summary>The node is none that is awaited here, now.</summary>
    NotExpected = 8,

    /// <summary>The dialler meant another node.</summary>
    WrongNode = 9,

    /// <summary>There is, or is about to be, another connection of this kind between the two.</summary>
    Duplicate = 10,

    /// <summary>The other broke a rule of the protocol.</summary>
    BrokenRule = 11,

    /// <summary>The other said nothing, or did not answer, for too long.</summary>
    Silent = 12,

    /// <summary>The node stops, or no longer keeps this connection.</summary>
    Closing = 13,

    /// <summary>The certificate gives no role, or none that may do this.</summary>
    NoRole = 14,

    /// <summary>The certificate, or one of an authority above it, was revoked by its authority.</summary>
    Revoked = 15,
}
