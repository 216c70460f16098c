using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Transport;

namespace Starling.Node.Loop;

/// <summary>Puts what peers do into the kernel's queue.</summary>
internal sealed class PeerInputs(InputQueue queue) : IPeerListener
{
    public void PeerUp(NodeId peer) => queue.Add(new PeerUp(peer));

    public void PeerDown(NodeId peer) => queue.Add(new PeerDown(peer));

    public void MessageArrived(NodeId peer, PeerMessage message) => queue.Add(new PeerMessageArrived(peer, message));
}
