using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Blobs;

/// <summary>One blob that is being fetched.</summary>
/// <remarks>
/// Chunks lie in shares, one unless the blob is spread, and are asked for in order within each. All of a share below its cursor are not
/// wanted, have arrived, were on disk before, are under way, or wait in <c>Again</c>, which is therefore never larger than the number of
/// requests: a step costs the same however many chunks a blob has.
/// </remarks>
public sealed record BlobTransfer
{
    /// <summary>The blob.</summary>
    public required BlobId Blob { get; init; }

    /// <summary>The contracts that want it, at least one.</summary>
    public required ImmutableSortedSet<ContractId> Contracts { get; init; }

    /// <summary>The contract whose quota it counts against: the first of them.</summary>
    public ContractId Contract => Contracts[0];

    /// <summary>The most bytes that are accepted.</summary>
    public required long MaxBytes { get; init; }

    /// <summary>Who is said to have it.</summary>
    public required ImmutableSortedDictionary<NodeId, BlobHolder> Holders { get; init; }

    /// <summary>The chunks that are wanted; null for all.</summary>
    public ImmutableSortedSet<int>? Chunks { get; init; }

    /// <summary>The list of its chunks, once known.</summary>
    public BlobManifest? Manifest { get; init; }

    /// <summary>Bytes that are on disk and verified.</summary>
    public long BytesHeld { get; init; }

    internal OperationId? Opening { get; init; }

    internal ImmutableArray<bool> OnDisk { get; init; } = [];

    /// <summary>How it goes to several nodes at once; null if whoever has it is asked.</summary>
    public BlobSpread? Spread { get; init; }

    internal ImmutableArray<NodeId> Owners { get; init; } = [];

    internal ImmutableArray<int> Cursors { get; init; } = [0];

    internal ImmutableSortedSet<int> Freed { get; init; } = [];

    internal Instant MovedAt { get; init; }

    internal ImmutableSortedSet<int> Again { get; init; } = [];

    internal ImmutableSortedDictionary<int, int> GivenUp { get; init; } = ImmutableSortedDictionary<int, int>.Empty;

    internal int ManifestGivenUp { get; init; }

    internal bool ManifestUnderWay { get; init; }

    internal int SpaceFailures { get; init; }

    internal Instant RestsUntil { get; init; }

    internal long LastAsked { get; init; }

    internal bool IsWhole => Manifest is not null && BytesHeld == Manifest.Length;

    /// <summary>Wanted chunks that are not here yet; meaningless before the manifest is known.</summary>
    internal int Missing { get; init; }

    internal bool IsDone => Manifest is not null && Missing == 0;

    /// <summary>Whether there is something to ask for that nobody was asked for.</summary>
    internal bool HasNext =>
        Opening is null && (Manifest is null ? !ManifestUnderWay : !Again.IsEmpty || Cursors.Any(c => c < Manifest.Chunks.Length));

    /// <summary>The share whose turn is first: this node's own.</summary>
    internal int OwnShare => Spread is { } spread ? Math.Max(0, Owners.IndexOf(spread.Self)) : 0;

    /// <summary>Whether nothing has moved for so long that the source must help out.</summary>
    internal bool StandsStill(Instant now, BlobTransferOptions options) =>
        now >= MovedAt + (options.StallLimit / BlobTransferOptions.SourceDivisor);

    /// <summary>
    /// Whose share that is cannot bring it: the source is asked for this share from now on. Other shares may still come by themselves.
    /// </summary>
    internal BlobTransfer Freeing(int share, Instant now) => this with { Freed = Freed.Add(share), MovedAt = now };

    /// <summary>The chunk of a share to ask for next, or null.</summary>
    internal int? NextOf(int share)
    {
        foreach (var chunk in Again)
            if (chunk % Cursors.Length == share)
                return chunk;
        return Cursors[share] < Manifest!.Chunks.Length ? Cursors[share] : null;
    }

    /// <summary>How often this piece was taken from a holder that did not bring it.</summary>
    internal int TimesGivenUp(int? chunk) => chunk is { } index ? GivenUp.GetValueOrDefault(index) : ManifestGivenUp;

    /// <summary>With its manifest, and with the chunks that were on disk before.</summary>
    internal BlobTransfer With(BlobManifest manifest, ImmutableArray<bool> onDisk)
    {
        if (onDisk.Length != 0 && onDisk.Length != manifest.Chunks.Length)
            throw new InvalidOperationException($"{manifest.Chunks.Length} chunks cannot have {onDisk.Length} truth values.");
        var (held, missing) = (0L, 0);
        for (var chunk = 0; chunk < manifest.Chunks.Length; chunk++)
            if (chunk < onDisk.Length && onDisk[chunk])
                held += manifest.LengthOf(chunk);
            else if (Wants(chunk))
                missing++;
        var owners = Spread is not null && manifest.Chunks.Length >= BlobSpread.LeastChunks ? Spread.Group : [];
        var known = this with
        {
            Manifest = manifest,
            OnDisk = onDisk,
            BytesHeld = held,
            Missing = missing,
            ManifestUnderWay = false,
            Owners = owners,
            Cursors = [.. Enumerable.Range(0, Math.Max(1, owners.Length))],
        };
        for (var share = 0; share < known.Cursors.Length; share++)
            known = known.Advanced(share, share);
        return known;
    }

    /// <summary>After a piece was asked for.</summary>
    internal BlobTransfer Asked(NodeId peer, long operation, int? chunk)
    {
        var asked = this with
        {
            LastAsked = operation,
            Holders = Holders.SetItem(peer, Holders[peer] with { LastAsked = operation }),
        };
        if (chunk is not { } index)
            return asked with { ManifestUnderWay = true };
        return Again.Contains(index)
            ? asked with { Again = Again.Remove(index) }
            : asked.Advanced(index % Cursors.Length, index + Cursors.Length);
    }

    /// <summary>After a chunk arrived.</summary>
    internal BlobTransfer Arrived(int chunk) =>
        this with
        {
            BytesHeld = BytesHeld + Manifest!.LengthOf(chunk),
            Missing = Missing - 1,
            GivenUp = GivenUp.Remove(chunk),
            SpaceFailures = 0
        };

    /// <summary>After a request ended without its piece, which must be asked for again.</summary>
    internal BlobTransfer Returned(int? chunk) =>
        chunk is { } index ? this with { Again = Again.Add(index) } : this with { ManifestUnderWay = false };

    /// <summary>After a piece was taken from a holder that was too slow.</summary>
    internal BlobTransfer Impatient(int? chunk) => chunk is { } index
        ? this with { GivenUp = GivenUp.SetItem(index, TimesGivenUp(index) + 1) }
        : this with { ManifestGivenUp = ManifestGivenUp + 1 };

    /// <summary>With a holder changed, if it still is one.</summary>
    internal BlobTransfer WithHolder(NodeId peer, Func<BlobHolder, BlobHolder> change) =>
        Holders.TryGetValue(peer, out var holder) ? this with { Holders = Holders.SetItem(peer, change(holder)) } : this;

    private bool Wants(int chunk) => Chunks is null || Chunks.Contains(chunk);

    private BlobTransfer Advanced(int share, int cursor)
    {
        while (cursor < Manifest!.Chunks.Length && ((cursor < OnDisk.Length && OnDisk[cursor]) || !Wants(cursor)))
            cursor += Cursors.Length;
        return this with { Cursors = Cursors.SetItem(share, cursor) };
    }
}
