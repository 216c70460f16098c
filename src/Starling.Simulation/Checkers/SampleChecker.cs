using Starling.Core.Blobs;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Training;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>
/// An honest node votes by a sample only if it drew as many chunks as the contract demands, and they are what the
/// announced updates merge to.
/// </summary>
internal sealed class SampleChecker(IObservedWorld world) : Checker(world)
{
    // When it is signed: sent again after a restart, the vote stands for a sample that nobody remembers.
    public override void Asked(IObservedNode node, Effect effect)
    {
        if (!node.IsHonest || effect is not Sign sign || EntryBody.Decode(sign.Bytes.AsMemory()) is not { } body
            || body.Contract != World.Truth.Contract || TrainingEntryCodec.Decode(body.Payload) is not AuditedSampled
            || node.State?.Contracts.GetValueOrDefault(body.Contract) is not
            {
                Sample: { } sample,
                Fold.Round: { Proposal: { } proposal } round
            })
            return;
        var merge = World.Archived(proposal.Merge);
        var manifest = merge is null ? null : BlobManifest.Of(merge, World.ChunkBytes);
        if (sample.Agrees != true || manifest is null || sample.Chunks.Count < Math.Min(round.Settings.AuditChunks, manifest.Chunks.Length))
            World.Report("a sampled vote was audited", $"{node.Name} votes for {proposal.Merge.Short} after {sample.Chunks.Count} chunks");
        else if (Right(round, proposal) is not { } right || !sample.Chunks.All(chunk => IsEqual(merge!, right, chunk)))
            World.Report("a sampled vote was audited",
                $"{node.Name} votes for {proposal.Merge.Short}, though a chunk that it drew is wrong");
    }

    private bool IsEqual(byte[] merge, byte[] right, int chunk)
    {
        var (start, end) = (chunk * World.ChunkBytes, Math.Min((chunk + 1) * World.ChunkBytes, merge.Length));
        return right.Length == merge.Length && merge.AsSpan(start..end).SequenceEqual(right.AsSpan(start..end));
    }

    private byte[]? Right(RoundState round, MergeClaim proposal)
    {
        var updates = new List<(ReadOnlyMemory<byte>, long)>();
        foreach (var author in proposal.Contributors)
            if (round.Ready.TryGetValue(author, out var ready) && World.Archived(ready.Update) is { } bytes)
                updates.Add((bytes, ready.Weight));
        return updates.Count == proposal.Contributors.Length
            ? Admission.Merge(round.Settings.MergeRule, round.Settings.MergeParameters, updates, World.Archived(round.Base)) : null;
    }
}
