namespace Starling.Node.Transport;

/// <summary>Something that waits its turn on the sending end of a connection.</summary>
internal interface IOutgoing
{
    /// <summary>Writes it whole.</summary>
    ValueTask WriteAsync(ContentSink sink, CancellationToken cancellation);
}
