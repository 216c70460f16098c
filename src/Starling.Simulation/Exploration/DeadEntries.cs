using Starling.Core.Contracts;
using Starling.Core.Ledger;
using Starling.Core.Training;

namespace Starling.Simulation.Exploration;

/// <summary>
/// Entries under way that the fold will refuse whatever else happens: numbers only grow, and a term has one leader and stays disputed.
/// </summary>
internal static class DeadEntries
{
    /// <summary>Whether an honest node's entry is one.</summary>
    public static bool IsDead(TrainingState fold, SignedEntry signed, ExploredContract contract)
    {
        var body = signed.Body;
        if (body.Incarnation < fold.Authors[body.Author].Incarnation)
            return true;
        return TrainingEntryCodec.Decode(body.Payload) is RoundEntry entry && TrainingFold.Check(fold, body.Author, entry, contract.Keys)
            is Refusal.RoundClosed or Refusal.WrongOpening or Refusal.StaleTerm or Refusal.TermTaken or Refusal.NeedsFullAudit;
    }
}
