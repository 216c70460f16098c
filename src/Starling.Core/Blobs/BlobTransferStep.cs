using System.Collections.Immutable;
using Starling.Core.Kernel;

namespace Starling.Core.Blobs;

/// <summary>What follows from one event of the transfers.</summary>
/// <param name="State">The transfers afterwards.</param>
/// <param name="Effects">What to do, in order: <see cref="Cancel"/>, <see cref="OpenBlob"/>, <see cref="FetchManifest"/>,
/// <see cref="FetchChunk"/>.</param>
/// <param name="Outcomes">Blobs that are whole or were given up, and peers that sent rubbish.</param>
/// <param name="WakeAt">When to give <see cref="BlobTransfers.On"/> a <see cref="Woke"/> at the latest;
/// <see cref="Instant.Never"/> for not at all.</param>
/// <param name="NextOperation">The next operation id that is free.</param>
public sealed record BlobTransferStep(
    BlobTransfers State, ImmutableArray<Effect> Effects, ImmutableArray<BlobTransferOutcome> Outcomes, Instant WakeAt, long NextOperation);
