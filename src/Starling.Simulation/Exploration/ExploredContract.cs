using System.Collections.Frozen;
using System.Collections.Immutable;
using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Training;
using Starling.Simulation.Keys;

namespace Starling.Simulation.Exploration;

/// <summary>
/// The contract that is explored: its members, its founding entry, and the digests of updates and merges, which stand for themselves.
/// </summary>
internal sealed class ExploredContract
{
    /// <param name="request">What is explored.</param>
    /// <param name="cancellation">Ends the exploration early.</param>
    public ExploredContract(ExplorationRequest request, CancellationToken cancellation)
    {
        Request = request;
        Cancellation = cancellation;
        Keys = new SimulatedKeys(new SeededRandom(1));
        var honest = request.Fault == ExplorationFault.Byzantine ? request.Nodes - 1 : request.Nodes;
        Nodes = [.. Enumerable.Range(0, request.Nodes)
            .Select(i => Keys.Issue(NodeId.Create("sim", "org", i < honest ? $"{(char)('a' + i)}" : "z")))];
        Byzantine = honest < request.Nodes ? Nodes[^1].Id : default;
        Blobs = Known(Nodes);
        var admin = Keys.Issue(NodeId.Create("sim", "consortium", "admin"));
        var found = new Found(Settings(request), Keys.Anchors, [Keys.Enrol(admin, leaderEligible: false)],
            [.. Nodes.Select(n => Keys.Enrol(n, leaderEligible: true))]);
        Founding = Keys.Sign(admin, EntryBody.Founding(
            Contract, admin.Id, TrainingState.FoldVersion, TrainingEntryCodec.Encode(found)));
        Founded =
            TrainingFold.Apply(TrainingState.Empty(Contract, Founding.Id), new VerifiedEntry(Founding, SignatureValid: true), Keys).State;
    }

    /// <summary>The contract's name.</summary>
    public static ContractId Contract { get; } = ContractId.Parse("explored");

    /// <summary>A merge, or an update, that nobody's audit arrives at.</summary>
    public static BlobId Wrong { get; } = new(Digest.Of("wrong"u8));

    /// <summary>What is explored.</summary>
    public ExplorationRequest Request { get; }

    /// <summary>
    /// Ends the exploration early; asked in every step of a kernel, so that one which never comes to rest can be ended too.
    /// </summary>
    public CancellationToken Cancellation { get; }

    /// <summary>The keys of all.</summary>
    public SimulatedKeys Keys { get; }

    /// <summary>The members, sorted; a Byzantine one is the last.</summary>
    public ImmutableArray<NodeIdentity> Nodes { get; }

    /// <summary>Updates and right merges, and whose they are: a bit for each member's place.</summary>
    public FrozenDictionary<BlobId, (bool IsMerge, int Members)> Blobs { get; }

    /// <summary>The Byzantine member, or none.</summary>
    public NodeId Byzantine { get; }

    /// <summary>Entry 0.</summary>
    public SignedEntry Founding { get; }

    /// <summary>The fold after entry 0.</summary>
    public TrainingState Founded { get; }

    /// <summary>A member's place among the members.</summary>
    public int IndexOf(NodeId node)
    {
        for (var i = 0; i < Nodes.Length; i++)
            if (Nodes[i].Id == node)
                return i;
        throw new ArgumentException($"{node} is no member.", nameof(node));
    }

    /// <summary>Whether a member is honest.</summary>
    public bool IsHonest(NodeId node) => node != Byzantine;

    /// <summary>How many Byzantine members there are.</summary>
    public int Liars => Byzantine.IsNone ? 0 : 1;

    /// <summary>A member's update. Training is the same each time: a member that lost its update trains the same one again.</summary>
    public static BlobId Update(NodeId node) => new(Digest.Of(new CanonicalWriter().Text("update").Node(node).Written));

    /// <summary>What honest members merge of these contributors' updates.</summary>
    public static BlobId Merge(IEnumerable<NodeId> contributors)
    {
        var name = new CanonicalWriter().Text("merge");
        foreach (var contributor in contributors)
            name.Node(contributor);
        return new BlobId(Digest.Of(name.Written));
    }

    /// <summary>An entry as its author appends it where the fold stands now.</summary>
    public SignedEntry Entry(TrainingState fold, NodeIdentity author, TrainingEntry entry)
    {
        var known = fold.Authors[author.Id];
        var (incarnation, sequence) = entry is Rejoin ? (known.Incarnation + 1, 1) : (known.Incarnation, known.Sequence + 1);
        return Keys.Sign(author, new EntryBody(Contract, fold.Epoch, author.Id, incarnation, sequence, TrainingState.FoldVersion,
            fold.Height, fold.ChainHash, TrainingEntryCodec.Encode(entry)));
    }

    /// <summary>Folds an entry.</summary>
    public FoldResult Apply(TrainingState fold, SignedEntry entry) =>
        TrainingFold.Apply(fold, new VerifiedEntry(entry, SignatureValid: true), Keys);

    private static FrozenDictionary<BlobId, (bool IsMerge, int Members)> Known(ImmutableArray<NodeIdentity> nodes)
    {
        var known = new Dictionary<BlobId, (bool IsMerge, int Members)>();
        for (var i = 0; i < nodes.Length; i++)
            known[Update(nodes[i].Id)] = (false, 1 << i);
        for (var members = 1; members < 1 << nodes.Length; members++)
            known[Merge(nodes.Where((_, i) => (members & (1 << i)) != 0).Select(n => n.Id))] = (true, members);
        return known.ToFrozenDictionary();
    }

    // No grace and no claim delay: whoever may claim does so at once, and whose Claim lands first, and when, is open. Ranks, which hang on
    // digests, would choose for the explorer.
    private static TrainingSettings Settings(ExplorationRequest request) => new(
        "leader", 1_000_000, 1, request.MinPeers, request.Audit, "mean", [], Digest.Of("schema"u8), 1 << 20,
        LeaderTimeout: TimeSpan.FromMinutes(1), AbsentTimeout: TimeSpan.FromMinutes(10), Grace: TimeSpan.Zero, ClaimDelay: TimeSpan.Zero);
}
