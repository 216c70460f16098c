using Starling.Core.Identity;

namespace Starling.Node.Events;

/// <summary>An admin has put this node out of a training contract. Told again after a restart.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="What">What that means and what to do, a sentence.</param>
public sealed record NodeExpelled(ContractId Contract, string What) : EdgeEvent(Contract);
