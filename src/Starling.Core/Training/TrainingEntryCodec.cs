using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Starling.Core.Canonical;
using Starling.Core.Contracts;
using Starling.Core.Identity;

namespace Starling.Core.Training;

/// <summary>The canonical bytes of a training contract's entries: a kind, then its fields in order.</summary>
public static class TrainingEntryCodec
{
    private const int MaxCertificates = 8;
    private const int MaxCertificateBytes = 16 << 10;
    private const long MaxWeight = 1_000_000;

    private enum Kind : byte
    {
        Found = 0, Enrol = 1, Leave = 2, ChangeSettings = 3, Revoke = 4, Restart = 5, Tombstone = 6, Rejoin = 7,
        Ready = 16, Reopen = 17, Claim = 18, Merged = 19, AuditedSampled = 20, AuditedFull = 21, Receipt = 22, Suspect = 23, Resign = 24,
    }

    /// <summary>Writes an entry.</summary>
    public static byte[] Encode(TrainingEntry entry)
    {
        var w = new CanonicalWriter();
        switch (entry)
        {
            case Found e:
                WriteSettings(Start(w, Kind.Found), e.Settings).List(e.Anchors, WriteCertificate).List(e.Admins, WriteEnrolment)
                    .List(e.Members, WriteEnrolment);
                break;
            case Enrol e:
                WriteEnrolment(Start(w, Kind.Enrol), e.Member);
                break;
            case Leave:
                Start(w, Kind.Leave);
                break;
            case ChangeSettings e:
                WriteSettings(Start(w, Kind.ChangeSettings), e.Settings);
                break;
            case Revoke e:
                Start(w, Kind.Revoke).Node(e.Member);
                break;
            case Restart e:
                Start(w, Kind.Restart).Int64(e.Round);
                break;
            case Tombstone e:
                Start(w, Kind.Tombstone).Text(e.Reason);
                break;
            case Rejoin:
                Start(w, Kind.Rejoin);
                break;
            case RoundEntry e:
                EncodeRound(w, e);
                break;
            default:
                throw new ArgumentException($"{entry.GetType().Name} is no training entry.", nameof(entry));
        }

        return w.ToArray();
    }

    /// <summary>Reads an entry. The lists of a <see cref="Found"/> remain a part of the bytes, which must not change afterwards.</summary>
    /// <exception cref="CanonicalFormatException">The bytes are none, or a value is out of its bounds.</exception>
    public static TrainingEntry Decode(ReadOnlyMemory<byte> bytes)
    {
        var r = new CanonicalReader(bytes.Span);
        var kind = (Kind)r.Byte();
        TrainingEntry entry = kind switch
        {
            Kind.Found =>
                new Found(ReadSettings(ref r), ReadCertificates(ref r), ReadEnrolments(bytes, ref r), ReadEnrolments(bytes, ref r)),
            Kind.Enrol => new Enrol(ReadEnrolment(ref r)),
            Kind.Leave => new Leave(),
            Kind.ChangeSettings => new ChangeSettings(ReadSettings(ref r)),
            Kind.Revoke => new Revoke(r.Node()),
            Kind.Restart => new Restart(r.Int64()),
            Kind.Tombstone => new Tombstone(r.Text(1024)),
            Kind.Rejoin => new Rejoin(),
            _ => DecodeRound(kind, ref r),
        };
        r.End();
        return entry;
    }

    internal static CanonicalWriter WriteSettings(CanonicalWriter w, TrainingSettings s) =>
        w.Text(s.Protocol).Int64(s.Rounds).Int32(s.SyncInterval)
        .Int32(s.MinPeers).Byte((byte)s.Audit).Text(s.MergeRule)
        .List(s.MergeParameters, (writer, parameter) => writer.Text(parameter.Key).Double(parameter.Value))
        .Digest(s.SchemaHash).Int64(s.MaxModelBytes).Span(s.LeaderTimeout).Span(s.AbsentTimeout).Span(s.Grace).Span(s.ClaimDelay)
        .Int32(s.AuditChunks)
        .List<AdaptiveInterval>(s.Adaptive is { } adaptive ? [adaptive] : [],
            (writer, a) => writer.Int32(a.Least).Int32(a.Most).Int32(a.Window))
        .List(s.ProtocolParameters, (writer, parameter) => writer.Text(parameter.Key).Double(parameter.Value));

    internal static TrainingSettings ReadSettings(ref CanonicalReader r) =>
        new(r.Text(64), r.Int64(), r.Int32(), r.Int32(), (AuditMode)r.Byte(), r.Text(64),
        r.List(16, (ref CanonicalReader p) => KeyValuePair.Create(p.Text(64), p.Double())),
        r.Digest(), r.Int64(), r.Span(), r.Span(), r.Span(), r.Span())
        {
            AuditChunks = r.Int32(),
            Adaptive =
            r.List(1, (ref CanonicalReader a) => new AdaptiveInterval(a.Int32(), a.Int32(), a.Int32())) is [var adaptive] ? adaptive : null,
            ProtocolParameters =
            r.List(TrainingSettings.MaxProtocolParameters, (ref CanonicalReader p) => KeyValuePair.Create(p.Text(64), p.Double())),
        };

    internal static void WriteNode(CanonicalWriter w, NodeId node) => w.Node(node);

    internal static NodeId ReadNode(ref CanonicalReader r) => r.Node();

    internal static void WriteLeftOut(CanonicalWriter w, LeftOut left) => w.Node(left.Member).Byte((byte)left.Reason);

    internal static LeftOut ReadLeftOut(ref CanonicalReader r)
    {
        var left = new LeftOut(r.Node(), (LeftOutReason)r.Byte());
        return left.Reason <= LeftOutReason.NotCanonical
            ? left
            : throw new CanonicalFormatException("A member is left out for an unknown reason.");
    }

    internal static void WriteCertificate(CanonicalWriter w, ImmutableArray<byte> certificate) => w.Bytes(certificate.AsSpan());

    internal static void WriteEnrolment(CanonicalWriter w, Enrolment e) =>
        w.Node(e.Node).Boolean(e.LeaderEligible).List(e.Chain, WriteCertificate);

    internal static ImmutableArray<ImmutableArray<byte>> ReadCertificates(ref CanonicalReader r) =>
        r.List(MaxCertificates, (ref CanonicalReader c) => ImmutableCollectionsMarshal.AsImmutableArray(c.Bytes(MaxCertificateBytes)));

    internal static Enrolment ReadEnrolment(ref CanonicalReader r) => new(r.Node(), r.Boolean(), ReadCertificates(ref r));

    private static EncodedList<Enrolment> ReadEnrolments(ReadOnlyMemory<byte> bytes, ref CanonicalReader r)
    {
        var (count, items) = r.PassList(TrainingSettings.MaxMembers, PassEnrolment);
        return new EncodedList<Enrolment>(bytes[items], count, ReadEnrolment);
    }

    private static void PassEnrolment(ref CanonicalReader r)
    {
        r.PassNode();
        r.Boolean();
        r.PassList(MaxCertificates, (ref CanonicalReader c) => c.Part(MaxCertificateBytes));
    }

    private static CanonicalWriter Start(CanonicalWriter w, Kind kind) => w.Byte((byte)kind);

    private static void WriteNothing(CanonicalWriter w)
    {
    }

    private static void EncodeRound(CanonicalWriter w, RoundEntry entry)
    {
        (Kind Kind, Action<CanonicalWriter> Fields) parts = entry switch
        {
            Ready e =>
                (Kind.Ready,
                    o => o.Blob(e.Base).Digest(e.StateHash).Blob(e.Update).Int64(e.Weight).Double(e.Metrics.Loss).Double(e.Metrics.Accuracy)
                        .Boolean(e.IsFinal)),
            Reopen => (Kind.Reopen, WriteNothing),
            Claim => (Kind.Claim, WriteNothing),
            Merged e => (Kind.Merged, o => o.Blob(e.Merge).List(e.Contributors, WriteNode).List(e.LeftOut, WriteLeftOut)),
            AuditedSampled => (Kind.AuditedSampled, WriteNothing),
            AuditedFull e => (Kind.AuditedFull, o => o.Blob(e.Merge).List(e.Contributors, WriteNode)),
            Receipt e => (Kind.Receipt, o => o.Blob(e.Merge)),
            Suspect => (Kind.Suspect, WriteNothing),
            Resign => (Kind.Resign, WriteNothing),
            _ => throw new ArgumentException($"{entry.GetType().Name} is no training entry.", nameof(entry)),
        };
        Start(w, parts.Kind).Int64(entry.Round).Int64(entry.Opening);
        if (entry is TermEntry inTerm)
            w.Int64(inTerm.Term);
        parts.Fields(w);
    }

    private static RoundEntry DecodeRound(Kind kind, ref CanonicalReader r)
    {
        var (round, opening) = (r.Int64(), r.Int64());
        switch (kind)
        {
            case Kind.Ready:
                var ready = new Ready(round, opening, r.Blob(), r.Digest(), r.Blob(), r.Int64(), new UpdateMetrics(r.Double(), r.Double()),
                    r.Boolean());
                return ready.Weight is >= 1 and <= MaxWeight && !ready.Update.IsNone
                    ? ready
                    : throw new CanonicalFormatException(
                        $"An update's weight of {ready.Weight} is not from 1 to {MaxWeight}, or it names no blob.");
            case Kind.Reopen:
                return new Reopen(round, opening);
        }

        var term = r.Int64();
        return kind switch
        {
            Kind.Claim => new Claim(round, opening, term),
            Kind.Merged =>
                new Merged(round, opening, term, r.Blob(), ReadNodes(ref r),
                    r.List(TrainingSettings.MaxMembers, (ref CanonicalReader l) => ReadLeftOut(ref l))),
            Kind.AuditedSampled => new AuditedSampled(round, opening, term),
            Kind.AuditedFull => new AuditedFull(round, opening, term, r.Blob(), ReadNodes(ref r)),
            Kind.Receipt => new Receipt(round, opening, term, r.Blob()),
            Kind.Suspect => new Suspect(round, opening, term),
            Kind.Resign => new Resign(round, opening, term),
            _ => throw new CanonicalFormatException($"{(byte)kind} is no kind of entry."),
        };
    }

    private static ImmutableArray<NodeId> ReadNodes(ref CanonicalReader r) => r.List(TrainingSettings.MaxMembers, ReadNode);
}
