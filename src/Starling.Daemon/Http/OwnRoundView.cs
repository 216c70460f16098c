using Starling.Api;
using Starling.Core.Kernel;
using Starling.Core.Training.Participation;

namespace Starling.Daemon.Http;

/// <summary>Puts into words what a node is doing whose members go through their rounds each by itself.</summary>
internal static class OwnRoundView
{
    /// <summary>The phase that the node is in, and a sentence.</summary>
    public static (NodePhase Phase, string Sentence) Phase(NodeState state, Participant p, IProtocolState own)
    {
        if (!own.Model.IsNone && !state.Durable.Contains(own.Model))
            return (NodePhase.Syncing, $"The node saves the model of its round {own.Round - 1}.");
        if (p.Assigned is { Last: true })
            return (NodePhase.Finished, $"Training has ended after {own.Round - 1} rounds.");
        if (!p.Reading.HasCaughtUp)
            return (NodePhase.Registered, "The node reads the ledger.");
        if (p.Fold.Round is not { } contract || !contract.View.Contains(state.Self.Id))
            return (NodePhase.Waiting, "The node is no member.");
        if (p.Update is not { } update || update.Round != own.Round || update.Base != own.Model)
            return (NodePhase.Training, $"The node trains its round {own.Round}.");
        return own.Awaited.IsEmpty
            ? (NodePhase.Merging, $"The node averages the updates of its round {own.Round}.")
            : (NodePhase.Waiting, $"The node is in round {own.Round}; awaited: {string.Join(", ", own.Awaited.Select(StatusView.Short))}.");
    }
}
