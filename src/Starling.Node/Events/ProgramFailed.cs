using Starling.Core.Identity;

namespace Starling.Node.Events;

/// <summary>The program failed; the node tries again.</summary>
public sealed record ProgramFailed(ContractId Contract, long Round, string What, TimeSpan Retry) : EdgeEvent(Contract);
