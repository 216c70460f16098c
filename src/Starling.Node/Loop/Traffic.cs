namespace Starling.Node.Loop;

/// <summary>Counts the bytes of blobs that a node exchanges with its peers.</summary>
public sealed class Traffic
{
    private long received;
    private long sent;

    /// <summary>Bytes received since the node started.</summary>
    public long Received => Interlocked.Read(ref received);

    /// <summary>Bytes sent since the node started.</summary>
    public long Sent => Interlocked.Read(ref sent);

    internal void Receive(int bytes) => Interlocked.Add(ref received, bytes);

    internal void Send(int bytes) => Interlocked.Add(ref sent, bytes);
}
