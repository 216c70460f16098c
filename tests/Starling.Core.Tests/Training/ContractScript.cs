using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Training;

namespace Starling.Core.Tests.Training;

/// <summary>A contract with an admin and the members A, B, C, ..., to which a test appends entries one after another.</summary>
internal sealed class ContractScript
{
    public static readonly PlainCertifier Certifier = new();
    public static readonly NodeId Admin = NodeId.Create("test", "office", "admin");

    private readonly SortedDictionary<NodeId, (long Incarnation, long Sequence)> sequences = [];

    public ContractScript(int members = 3, int minPeers = 2, AuditMode audit = AuditMode.Full, NodeId? notEligible = null,
        Func<Found, Found>? change = null,
        Func<EntryBody, EntryBody>? changeBody = null, PublicKey? key = null, string name = "test")
    {
        Members = [.. Enumerable.Range(0, members).Select(Member)];
        Founding = new Found(Settings(minPeers, audit), PlainCertifier.Anchors, [Enrolment(Admin)],
            [.. Members.Select(m => Enrolment(m) with { LeaderEligible = m != notEligible })]);
        if (change is not null)
            Founding = change(Founding);
        var contract = ContractId.Parse(name);
        var chain = ChainHash.Start(contract);
        var body = new EntryBody(contract, 0, Admin, 1, 1, TrainingState.FoldVersion, 0, chain, TrainingEntryCodec.Encode(Founding));
        First = Signed(changeBody?.Invoke(body) ?? body, key);
        State = TrainingState.Empty(contract, First.Id);
    }

    public ImmutableArray<NodeId> Members { get; }

    public Found Founding { get; }

    public SignedEntry First { get; }

    public TrainingState State { get; private set; }

    public RoundState Round => State.Round!;

    public NodeId A => Members[0];

    public NodeId B => Members[1];

    public NodeId C => Members[2];

    public FoldResult Last { get; private set; } = null!;

    /// <summary>What was folded, in order.</summary>
    public List<VerifiedEntry> Ledger { get; } = [];

    /// <summary>The contract after its entry 0.</summary>
    public static ContractScript Begun(int members = 3, int minPeers = 2, AuditMode audit = AuditMode.Full, NodeId? notEligible = null,
        string name = "test")
    {
        var script = new ContractScript(members, minPeers, audit, notEligible, name: name);
        Assert.Equal(Refusal.None, script.Fold(script.First));
        return script;
    }

    public static NodeId Member(int index) => NodeId.Create("test", "clinic", index < 26 ? ((char)('a' + index)).ToString() : $"n{index}");

    public static Enrolment Enrolment(NodeId node) => new(node, LeaderEligible: true, PlainCertifier.ChainOf(node));

    public static Enrolment Enrolment(NodeId node, Roles roles) => Enrolment(node) with { Chain = PlainCertifier.ChainOf(node, roles) };

    public static TrainingSettings Settings(int minPeers = 2, AuditMode audit = AuditMode.Full, long rounds = 100) => new(
        "leader", rounds, 10, minPeers, audit, "mean", [], Digest.Of("schema"u8), 1 << 20,
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(100));

    public static BlobId Blob(string name) => new(Digest.Of(System.Text.Encoding.UTF8.GetBytes(name)));

    public static SignedEntry Signed(EntryBody body, PublicKey? key = null) =>
        new(body.Encode(), key ?? PlainCertifier.KeyOf(body.Author), [1]);

    /// <summary>Appends an entry of an author with its next sequence number.</summary>
    public Refusal Append(NodeId author, TrainingEntry entry, Func<EntryBody, EntryBody>? change = null) =>
        Fold(Next(author, entry, change));

    /// <summary>The author's next entry, not appended yet.</summary>
    public SignedEntry Next(NodeId author, TrainingEntry entry, Func<EntryBody, EntryBody>? change = null)
    {
        var (incarnation, sequence) = sequences.GetValueOrDefault(author, (1, author == Admin ? 1 : 0));
        if (entry is Rejoin)
            (incarnation, sequence) = (incarnation + 1, 0);
        var body = new EntryBody(State.Contract, State.Epoch, author, incarnation, sequence + 1, State.RulesVersion,
            State.Height, State.ChainHash, TrainingEntryCodec.Encode(entry));
        body = change?.Invoke(body) ?? body;
        sequences[author] = (body.Incarnation, body.Sequence);
        return Signed(body);
    }

    public Refusal Fold(SignedEntry entry, bool signatureValid = true)
    {
        Ledger.Add(new VerifiedEntry(entry, signatureValid));
        Last = TrainingFold.Apply(State, Ledger[^1], Certifier);
        State = Last.State;
        return Last.Refusal;
    }

    public void Accept(NodeId author, TrainingEntry entry) => Assert.Equal(Refusal.None, Append(author, entry));

    public Ready ReadyOf(NodeId author) =>
        new(Round.Round, Round.Opening, Round.Base, Round.OpenedHash, Blob($"update {author.Name} {Round.Round}"), 1, UpdateMetrics.None);

    public Claim Claim() => new(Round.Round, Round.Opening, Round.Term);

    public Merged Merged(string merge = "right", params NodeId[] leftOut) => new(Round.Round, Round.Opening, Round.Term, Blob(merge),
        [.. Round.Frozen.Except(leftOut)], [.. leftOut.Select(m => new LeftOut(m, LeftOutReason.Unavailable))]);

    public AuditedFull Full(string merge = "right", params NodeId[] without) =>
        new(Round.Round, Round.Opening, Round.Term, Blob(merge), [.. Round.Frozen.Except(without)]);

    public AuditedSampled Sampled() => new(Round.Round, Round.Opening, Round.Term);

    public Receipt Receipt(string merge = "right") => new(Round.Round, Round.Opening, Round.Term, Blob(merge));

    public Suspect Suspect() => new(Round.Round, Round.Opening, Round.Term);

    public Resign Resign() => new(Round.Round, Round.Opening, Round.Term);

    public Reopen Reopen() => new(Round.Round, Round.Opening);

    /// <summary>These members are ready.</summary>
    public ContractScript Readied(params NodeId[] members)
    {
        foreach (var member in members)
            Accept(member, ReadyOf(member));
        return this;
    }

    /// <summary>All members are ready and the first leads.</summary>
    public ContractScript Led()
    {
        Readied([.. Members]).Accept(A, Claim());
        return this;
    }

    /// <summary>All members are ready; the first leads and has proposed.</summary>
    public ContractScript Proposed(string merge = "right")
    {
        Led().Accept(A, Merged(merge));
        return this;
    }
}
