using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Node.Transport;

/// <summary>
/// Who hears of peers. Calls about one peer come one at a time and in order: up, messages, down. They must return at once and never wait,
/// for they hold the peer's lock; a queue belongs behind them. A call after the peer was dismissed is possible only for its down.
/// </summary>
public interface IPeerListener
{
    /// <summary>Both connections with the peer stand.</summary>
    void PeerUp(NodeId peer);

    /// <summary>One of them broke, or the peer is no longer kept. Fetches under way fail.</summary>
    void PeerDown(NodeId peer);

    /// <summary>A message came. It may come while only the control connection stands.</summary>
    void MessageArrived(NodeId peer, PeerMessage message);
}
