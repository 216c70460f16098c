using Starling.Core.Identity;

namespace Starling.Core.Kernel;

/// <summary>A contract that a node follows.</summary>
/// <param name="Contract">Its name.</param>
/// <param name="Founding">The id of its entry 0, so that no backend can put another in its place.</param>
public sealed record ContractReference(ContractId Contract, EntryId Founding);
