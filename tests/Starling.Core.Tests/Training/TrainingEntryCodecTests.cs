using System.Collections.Immutable;
using Starling.Core.Canonical;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Training;

namespace Starling.Core.Tests.Training;

public sealed class TrainingEntryCodecTests
{
    private static readonly NodeId A = ContractScript.Member(0);
    private static readonly NodeId B = ContractScript.Member(1);

    public static TheoryData<TrainingEntry> Entries =>
    [
        new ContractScript().Founding,
        new Enrol(ContractScript.Enrolment(A)),
        new Leave(),
        new ChangeSettings(ContractScript.Settings() with { MergeParameters = [KeyValuePair.Create("f", 1.0)] }),
        new ChangeSettings(
            ContractScript.Settings() with { Protocol = "gossip", ProtocolParameters = [KeyValuePair.Create("degree", 4.0)] }),
        new Revoke(A),
        new Restart(7),
        new Tombstone("därför"),
        new Rejoin(),
        new Ready(1, 2, ContractScript.Blob("base"), Digest.Of("state"u8), ContractScript.Blob("update"), 360,
            new UpdateMetrics(0.5, double.NaN)),
        new Reopen(1, 2),
        new Claim(1, 2, 3),
        new Merged(1, 2, 3, ContractScript.Blob("merge"), [A], [new LeftOut(B, LeftOutReason.NotFinite)]),
        new AuditedSampled(1, 2, 3),
        new AuditedFull(1, 2, 3, ContractScript.Blob("merge"), [A, B]),
        new Receipt(1, 2, 3, ContractScript.Blob("merge")),
        new Suspect(1, 2, 3),
        new Resign(1, 2, 3),
    ];

    [Theory]
    [MemberData(nameof(Entries))]
    public void ReadsBackWhatItWrote(TrainingEntry entry)
    {
        var bytes = TrainingEntryCodec.Encode(entry);
        var read = TrainingEntryCodec.Decode(bytes);
        Assert.IsType(entry.GetType(), read);
        Assert.Equal(bytes, TrainingEntryCodec.Encode(read));
    }

    [Theory]
    [MemberData(nameof(Entries))]
    public void RefusesEveryTruncationAndAnyTail(TrainingEntry entry)
    {
        var bytes = TrainingEntryCodec.Encode(entry);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<CanonicalFormatException>(() => TrainingEntryCodec.Decode(bytes.AsMemory(0, length)));
        Assert.Throws<CanonicalFormatException>(() => TrainingEntryCodec.Decode((byte[])[.. bytes, 0]));
    }

    // Small names cost most: each becomes an object of its own.
    [Fact]
    public void ThousandsOfMembersCostTwiceTheirBytes()
    {
        var names = Enumerable.Range(0, TrainingSettings.MaxMembers).Select(i => NodeId.Create("a", "b", $"{i}")).ToArray();
        Enrolment[] members = [.. names.Select(name => new Enrolment(name, false, [[1], [2], [], [3]]))];
        Costs(new ContractScript().Founding with { Admins = members, Members = members });
        Costs(new Merged(1, 2, 3, ContractScript.Blob("merge"), [.. names],
            [.. names.Select(name => new LeftOut(name, LeftOutReason.NotFinite))]));
        Costs(new AuditedFull(1, 2, 3, ContractScript.Blob("merge"), [.. names]));

        static void Costs(TrainingEntry entry)
        {
            var bytes = TrainingEntryCodec.Encode(entry);
            AllocatedBytes.AreAtMost(2, bytes.Length, () => TrainingEntryCodec.Decode(bytes));
        }
    }

    [Fact]
    public void AMemberIsLeftOutForEachReasonAndNoOther()
    {
        foreach (var reason in Enum.GetValues<LeftOutReason>())
            ReadsBackWhatItWrote(new Merged(1, 2, 3, ContractScript.Blob("merge"), [A], [new LeftOut(B, reason)]));
        var unknown = Enum.GetValues<LeftOutReason>().Max() + 1;
        Assert.Throws<CanonicalFormatException>(
            () => ReadsBackWhatItWrote(new Merged(1, 2, 3, ContractScript.Blob("merge"), [A], [new LeftOut(B, unknown)])));
    }

    [Fact]
    public void AFoundersListsCanBeReadAgainAndAgain()
    {
        var founding = new ContractScript().Founding;
        var read = Assert.IsType<Found>(TrainingEntryCodec.Decode(TrainingEntryCodec.Encode(founding)));
        Assert.Equal(founding.Members.Select(e => e.Node), read.Members.Select(e => e.Node));
        Assert.Equal(founding.Members.Select(e => e.Node), read.Members.Select(e => e.Node));
        Assert.Equal(founding.Members.Count, read.Members.Count);
    }

    [Theory]
    [InlineData("spiffe://a/b")]
    [InlineData("http://a/b/c")]
    [InlineData("spiffe://a/b/ü")]
    public void AFounderIsRefusedIfAMembersNameIsMalformed(string name)
    {
        var bytes = TrainingEntryCodec.Encode(new ContractScript().Founding with { Members = [] })[..^4];
        byte[] Listing(string member) => [.. bytes, .. new CanonicalWriter().Int32(1).Text(member).Boolean(true).Int32(0).Written];
        Assert.IsType<Found>(TrainingEntryCodec.Decode(Listing("spiffe://a/b/c")));
        Assert.Throws<CanonicalFormatException>(() => TrainingEntryCodec.Decode(Listing(name)));
    }

    [Fact]
    public void CertificatesAreCopiedOnce()
    {
        var bytes = TrainingEntryCodec.Encode(
            new Enrol(new Enrolment(A, true, [.. Enumerable.Repeat(ImmutableArray.Create(new byte[16 << 10]), 8)])));
        AllocatedBytes.AreAtMost(1, bytes.Length, () => TrainingEntryCodec.Decode(bytes));
    }

    [Fact]
    public void HostileBytesAreRefusedOrRead()
    {
        var random = new SeededRandom(1);
        foreach (var row in Entries)
        {
            var bytes = TrainingEntryCodec.Encode(row.Data);
            for (var trial = 0; trial < 300; trial++)
            {
                var changed = (byte[])bytes.Clone();
                for (var flips = 1 + random.Next(4); flips > 0; flips--)
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                try
                {
                    Assert.Equal(changed, TrainingEntryCodec.Encode(TrainingEntryCodec.Decode(changed)));
                }
                catch (CanonicalFormatException)
                {
                    // Refused, which is as good.
                }
            }
        }
    }
}
