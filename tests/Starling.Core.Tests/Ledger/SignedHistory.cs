using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Tests.Training;
using Starling.Core.Training;

namespace Starling.Core.Tests.Ledger;

/// <summary>
/// A training contract's history with true signatures: entry 0, a round that commits, and one refused entry in its midst.
/// </summary>
internal sealed class SignedHistory : ICertifier, IDisposable
{
    public static readonly ContractId Contract = ContractId.Parse("history");
    public static readonly NodeId Admin = NodeId.Create("test", "office", "admin"), A = ContractScript.Member(0),
        B = ContractScript.Member(1);

    private readonly SortedDictionary<NodeId, ECDsa> keys = [];
    private readonly SortedDictionary<NodeId, long> sequences = [];

    public SignedHistory()
    {
        foreach (var node in new[] { Admin, A, B })
            keys.Add(node, ECDsa.Create(ECCurve.NamedCurves.nistP256));
        State = TrainingState.Empty(Contract, default);
        Append(Admin, new Found(ContractScript.Settings(audit: AuditMode.Off), [], [Enrolment(Admin)], [Enrolment(A), Enrolment(B)]));
        Append(A, Ready("a"));
        Append(B, Ready("b"));
        Append(A, new Claim(1, 1, 1));
        Append(B, new Claim(1, 1, 1));
        Append(A, new Merged(1, 1, 1, ContractScript.Blob("merge"), [A, B], []));
        Append(B, new Receipt(1, 1, 1, ContractScript.Blob("merge")));
    }

    public List<byte[]> Stored { get; } = [];

    public TrainingState State { get; private set; }

    public EntryId Founding => State.Founding;

    public void Dispose()
    {
        foreach (var key in keys.Values)
            key.Dispose();
    }

    public CertifiedIdentity? Certify(ImmutableArray<ImmutableArray<byte>> anchors, ImmutableArray<ImmutableArray<byte>> chain) =>
        NodeId.TryParse(Encoding.ASCII.GetString(chain[0].AsSpan()), out var node) && keys.TryGetValue(node, out var key)
            ? new CertifiedIdentity(node, new PublicKey(key.ExportSubjectPublicKeyInfo()),
                Roles.Learner | Roles.Operator | Roles.Admin)
            : null;

    public SignedEntry Sign(EntryBody body, NodeId signer)
    {
        var bytes = body.Encode();
        var signature = keys[signer].SignData(bytes, HashAlgorithmName.SHA256);
        LowS.Normalise(signature);
        return new SignedEntry(bytes, new PublicKey(keys[signer].ExportSubjectPublicKeyInfo()), signature);
    }

    public EntryBody Body(NodeId author, TrainingEntry entry)
    {
        var sequence = sequences[author] = sequences.GetValueOrDefault(author) + 1;
        return new EntryBody(Contract, 0, author, 1, sequence, TrainingState.FoldVersion, State.Height, State.ChainHash,
            TrainingEntryCodec.Encode(entry));
    }

    public void Append(NodeId author, TrainingEntry entry) => Append(Sign(Body(author, entry), author));

    public void Append(SignedEntry entry)
    {
        if (State.Height == 0)
            State = State with { Founding = entry.Id };
        State = TrainingFold.Apply(State, new VerifiedEntry(entry, EntrySignature.Verify(entry)), this).State;
        Stored.Add(entry.Encode());
    }

    public LedgerVerdict Verify(IEnumerable<byte[]>? stored = null, LedgerWitness? witness = null, EntryId? founding = null) =>
        LedgerVerifier.Verify(Contract, founding, this, stored ?? Stored, witness);

    public static Enrolment Enrolment(NodeId node) => new(node, LeaderEligible: true, [[.. Encoding.ASCII.GetBytes(node.Value)]]);

    private Ready Ready(string update) =>
        new(1, 1, BlobId.None, State.Round!.OpenedHash, ContractScript.Blob(update), 1, UpdateMetrics.None);
}
