using Starling.Core.Identity;
using Starling.Node.Events;
using Starling.Node.Loop;

namespace Starling.Daemon.Http;

/// <summary>
/// Watches the stream of events for what a status tells besides the kernel's state, contract by contract: a node may
/// train under several at once.
/// </summary>
/// <param name="traffic">What the node exchanged.</param>
internal sealed class Pace(Traffic traffic)
{
    private readonly Lock gate = new();
    private readonly Dictionary<ContractId, ContractPace> contracts = [];

    /// <summary>Bytes received from peers and sent to them since the node started.</summary>
    public (long Received, long Sent) Exchanged => (traffic.Received, traffic.Sent);

    /// <summary>Takes an event in.</summary>
    public void Observe(StreamedEvent streamed)
    {
        lock (gate)
        {
            if (!contracts.TryGetValue(streamed.Event.Contract, out var pace))
                contracts.Add(streamed.Event.Contract, pace = new ContractPace());
            pace.Observe(streamed);
        }
    }

    /// <summary>Looks at what is known of a contract, while nothing changes it.</summary>
    public T Of<T>(ContractId contract, Func<ContractPace, T> look)
    {
        lock (gate)
            return look(contracts.GetValueOrDefault(contract) ?? new ContractPace());
    }
}
