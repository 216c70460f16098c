using Starling.Core.Identity;
using Starling.Node.Transport;

namespace Starling.Node.Tests.Transport;

/// <summary>Two nodes of one authority, a with the lower id, which both listen.</summary>
internal sealed class Pair : IAsyncDisposable
{
    public static readonly NodeId IdOfA = RawPeer.Reached;
    public static readonly NodeId IdOfB = RawPeer.Own;

    private Pair(TestAuthority authority, TestNode a, TestNode b)
    {
        Authority = authority;
        A = a;
        B = b;
    }

    public TestAuthority Authority { get; }

    public TestNode A { get; }

    public TestNode B { get; }

    public static async Task<Pair> CreateAsync(PeerNetworkOptions? options = null)
    {
        var authority = new TestAuthority("authority");
        return new Pair(
            authority,
            await new TestNode(authority.Credentials(IdOfA), options).ListenAsync(),
            await new TestNode(authority.Credentials(IdOfB), options).ListenAsync());
    }

    /// <summary>Connects them: a dials.</summary>
    public static async Task<Pair> ConnectAsync(PeerNetworkOptions? options = null)
    {
        var pair = await CreateAsync(options);
        pair.A.Network.SetAddresses(IdOfB, [pair.B.Address]);
        await pair.KeepAsync();
        return pair;
    }

    public async Task KeepAsync()
    {
        B.Network.KeepPeers([IdOfA]);
        A.Network.KeepPeers([IdOfB]);
        await A.HearsAsync($"up {IdOfB}");
        await B.HearsAsync($"up {IdOfA}");
    }

    public async ValueTask DisposeAsync()
    {
        await A.DisposeAsync();
        await B.DisposeAsync();
    }
}
