using Starling.Core.Configuration;
using Starling.Core.Identity;

namespace Starling.Daemon.Http.Contracts;

/// <summary>A contract that the node does not follow has more entries than it replays for a caller.</summary>
internal sealed class TooLongToReplayException(ContractId contract) : StarlingException(
    $"{contract} has more than {ContractReader.MostEntries} entries, and the node does not follow it; ask a node that does.");
