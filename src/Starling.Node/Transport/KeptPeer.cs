using System.Collections.Immutable;

namespace Starling.Node.Transport;

/// <summary>A peer that is kept: its link, and the dialling that runs for it until it is dismissed.</summary>
internal sealed class KeptPeer : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;

    public KeptPeer(PeerEnvironment environment, Func<PeerCredentials> credentials, PeerLink link, ImmutableArray<PeerAddress> addresses)
    {
        Link = link;
        Dialler = new PeerDialler(environment, credentials, link);
        Dialler.SetAddresses(addresses);
        running = Task.Run(() => Dialler.RunAsync(stop.Token));
    }

    public PeerLink Link { get; }

    public PeerDialler Dialler { get; }

    /// <summary>Ends the connections, with words, and the dialling.</summary>
    public Task DismissAsync(string sentence)
    {
        Link.Close(sentence);
        return DisposeAsync().AsTask();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        stop.Dispose();
    }
}
