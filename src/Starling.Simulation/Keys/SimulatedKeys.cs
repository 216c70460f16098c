using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Starling.Core.Canonical;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;

namespace Starling.Simulation.Keys;

/// <summary>
/// Keys of the simulated world. A signature is a hash over a secret and the bytes; a table of secrets verifies it. Cheap and, unlike
/// ECDSA, the same every time. Nobody in the world but this table knows another's secret, which is all that signatures are for.
/// </summary>
internal sealed class SimulatedKeys : ICertifier
{
    /// <summary>What everybody is there for.</summary>
    public const Roles AllRoles = Roles.Learner | Roles.Operator | Roles.Admin;

    private readonly SortedDictionary<string, Digest> secrets = new(StringComparer.Ordinal);
    private readonly SeededRandom random;
    private readonly Digest authority;

    public SimulatedKeys(SeededRandom random)
    {
        this.random = random;
        authority = Draw("authority");
        Anchors = [Certificate("anchor", authority)];
    }

    /// <summary>The one authority that the founding entry trusts.</summary>
    public ImmutableArray<ImmutableArray<byte>> Anchors { get; }

    /// <summary>Makes a key for a node.</summary>
    public NodeIdentity Issue(NodeId node)
    {
        var key = new PublicKey(Encoding.UTF8.GetBytes($"simulated key {secrets.Count.ToString(CultureInfo.InvariantCulture)}"));
        secrets.Add(Name(key), Draw(node.Value));
        return new NodeIdentity(node, key);
    }

    /// <summary>An enrolment with the certificate that the authority issues for a key.</summary>
    public Enrolment Enrol(NodeIdentity identity, bool leaderEligible) => new(identity.Id, leaderEligible, [Certificate(identity)]);

    /// <summary>Signs bytes.</summary>
    public byte[] Sign(PublicKey key, ReadOnlySpan<byte> bytes) => Seal(secrets[Name(key)], bytes);

    /// <summary>Signs a body.</summary>
    public SignedEntry Sign(NodeIdentity author, EntryBody body)
    {
        var bytes = body.Encode();
        return new SignedEntry(bytes, author.Key, Sign(author.Key, bytes));
    }

    /// <summary>Whether a signature is this key's over these bytes.</summary>
    public bool Verify(PublicKey key, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature) =>
        secrets.TryGetValue(Name(key), out var secret) && signature.SequenceEqual(Seal(secret, bytes));

    /// <summary>An entry with the verdict on its signature.</summary>
    public VerifiedEntry Verify(SignedEntry entry) => new(entry, Verify(entry.Key, entry.BodyBytes, entry.Signature));

    /// <inheritdoc/>
    public CertifiedIdentity? Certify(ImmutableArray<ImmutableArray<byte>> anchors, ImmutableArray<ImmutableArray<byte>> chain)
    {
        if (anchors.Length != 1 || !anchors[0].AsSpan().SequenceEqual(Anchors[0].AsSpan()) || chain.Length != 1)
            return null;
        try
        {
            var reader = new CanonicalReader(chain[0].AsSpan());
            var identity = new NodeIdentity(reader.Node(), new PublicKey(reader.Bytes(PublicKey.MaxLength)));
            return chain[0].AsSpan().SequenceEqual(Certificate(identity).AsSpan())
                ? new CertifiedIdentity(identity.Id, identity.Key, AllRoles)
                : null;
        }
        catch (CanonicalFormatException)
        {
            return null;
        }
    }

    private static string Name(PublicKey key) => Encoding.UTF8.GetString(key.Bytes);

    private static byte[] Seal(Digest secret, ReadOnlySpan<byte> bytes)
    {
        var sealedBytes = new byte[Digest.Size + bytes.Length];
        secret.CopyTo(sealedBytes);
        bytes.CopyTo(sealedBytes.AsSpan(Digest.Size));
        return Digest.Of(sealedBytes).ToArray();
    }

    private static ImmutableArray<byte> Certificate(string kind, Digest secret) =>
        ImmutableArray.Create(Seal(secret, Encoding.UTF8.GetBytes(kind)));

    private ImmutableArray<byte> Certificate(NodeIdentity identity)
    {
        var body = new CanonicalWriter().Node(identity.Id).Bytes(identity.Key.Bytes);
        return ImmutableArray.Create(body.Bytes(Seal(authority, body.Written)).ToArray());
    }

    private Digest Draw(string name)
    {
        var fork = random.Fork(name);
        return Digest.Of(new CanonicalWriter().Int64((long)fork.NextUInt64()).Int64((long)fork.NextUInt64()).Written);
    }
}
