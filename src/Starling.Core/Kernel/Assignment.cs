using Starling.Core.Identity;

namespace Starling.Core.Kernel;

/// <summary>What a program is to do next.</summary>
/// <param name="Contract">The contract that it trains under.</param>
/// <param name="Round">The open round; after the last one, the number of rounds plus one.</param>
/// <param name="Base">The committed merge to start from; none before the first.</param>
/// <param name="Batches">How many batches to train.</param>
/// <param name="Done">How many batches the rounds before had.</param>
/// <param name="Last">Whether training has ended: keep the base, train no more.</param>
public sealed record Assignment(ContractId Contract, long Round, BlobId Base, int Batches, long Done, bool Last);
