using Starling.Api.Contracts;
using Starling.Core.Configuration;

namespace Starling.Daemon.Http.Contracts;

/// <summary>A contract has more entries than the node replays for a caller.</summary>
/// <param name="known">What is known of it all the same: its beginning, and how long it is.</param>
/// <param name="most">How many entries the node replays.</param>
internal sealed class TooLongToReplayException(ContractSummary known, int most) : StarlingException(
    known.Followed
        ? $"{known.Contract} has more than {most} entries, and no node counts more for what its members did in all rounds; 'starling contract status' shows where it stands."
        : $"{known.Contract} has more than {most} entries, and the node does not follow it; ask a node that does.")
{
    /// <summary>The contract, whose stage nobody here knows.</summary>
    public ContractSummary Known => known;
}
