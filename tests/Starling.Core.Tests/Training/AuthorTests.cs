using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Training;
using Starling.Core.Training.Participation.Leader;

namespace Starling.Core.Tests.Training;

/// <summary>Who becomes an author of a contract, what is kept of him, and what he may have for it.</summary>
public sealed class AuthorTests
{
    private static readonly NodeId Stranger = NodeId.Create("test", "street", "x");

    private static readonly Enrol Unfit = new(ContractScript.Enrolment(Stranger, Roles.Operator));

    /// <summary>Red if a certificate is enough to be kept as an author, or if what was refused once counts later.</summary>
    [Fact]
    public void WhoIsRefusedStaysAStranger()
    {
        var s = ContractScript.Begun();
        var enrol = new Enrol(ContractScript.Enrolment(Stranger));
        var unfit = s.Next(Stranger, Unfit);
        Assert.Equal(Refusal.LacksRole, s.Fold(unfit));
        Assert.Equal(Refusal.WrongEpoch, s.Append(Stranger, enrol, b => b with { Epoch = 1 }));
        Assert.Equal(Refusal.WrongFoldVersion, s.Append(Stranger, enrol, b => b with { FoldVersion = 1 }));
        Assert.Equal(Refusal.ForeignChain, s.Append(Stranger, enrol, b => b with { SeenHeight = 99 }));
        Assert.DoesNotContain(Stranger, s.State.Authors.Keys);
        Assert.Equal(Refusal.Duplicate, s.Fold(unfit));
        Assert.Equal(Refusal.None, s.Append(Stranger, enrol, b => b with { Sequence = 1 }));
        Assert.Equal(1, s.State.Authors[Stranger].Sequence);
    }

    /// <summary>Red if members share their merges with who was refused, by the older rules too, or not with who left.</summary>
    [Theory]
    [InlineData(TrainingState.FoldVersion)]
    [InlineData(4)]
    public void MergesAreForMembersAndForWhoWasOne(int version)
    {
        var s = Founded(version, members: 4);
        var admin = ContractScript.Admin;
        Assert.Equal(Refusal.LacksRole, s.Append(Stranger, Unfit));
        s.Accept(s.C, new Leave());
        s.Accept(admin, new Revoke(s.Members[3]));
        s.Readied(s.A, s.B).Accept(s.A, s.Claim());
        s.Accept(s.A, s.Merged());
        s.Accept(s.B, s.Full());
        Assert.Equal(Standing.Outside, s.State.Authors[s.C].Standing);
        Assert.Equal([s.B, s.C], Shared(s));
        s.Accept(admin, new Enrol(ContractScript.Enrolment(admin)));
        s.Accept(admin, new Leave());
        Assert.Equal(Standing.Outside, s.State.Authors[admin].Standing);
        Assert.Equal([s.B, s.C, admin], Shared(s));
    }

    /// <summary>Red if what a member wrote for a contract of that name on another ledger has it rejoin here.</summary>
    [Theory]
    [InlineData(TrainingState.FoldVersion, 1, 0)]
    [InlineData(4, 2, 1)]
    public void AnEntryOfAnotherHistorySaysNothingOfItsAuthor(int version, long incarnation, long sequence)
    {
        var (here, there) = (Founded(version), Founded(version, members: 4));
        var ready = there.ReadyOf(there.A);
        Assert.Equal(Refusal.ForeignChain, here.Fold(there.Next(there.A, ready, b => b with { Sequence = 10_000 })));
        Assert.Equal(Refusal.ForeignChain, here.Fold(there.Next(there.A, new Rejoin())));
        if (version == TrainingState.FoldVersion)
        {
            Assert.Equal(Refusal.ForeignChain, here.Fold(there.Next(there.A, ready, b => b with { Incarnation = 1, Epoch = 1 })));
            Assert.Equal(Refusal.ForeignChain, here.Fold(there.Next(there.A, ready, b => b with { Incarnation = 1, FoldVersion = 1 })));
        }

        Assert.Equal((incarnation, sequence), (here.State.Authors[here.A].Incarnation, here.State.Authors[here.A].Sequence));
    }

    private static ContractScript Founded(int version, int members = 3)
    {
        var script = new ContractScript(members, changeBody: body => body with { FoldVersion = version });
        Assert.Equal(Refusal.None, script.Fold(script.First));
        return script;
    }

    /// <summary>With whom the first member shares the latest merge: those that it keeps connections with.</summary>
    private static ImmutableSortedSet<NodeId> Shared(ContractScript s)
    {
        var node = NodeKernel.Create(new NodeIdentity(s.A, PlainCertifier.KeyOf(s.A)),
            [new ContractReference(s.State.Contract, s.First.Id)], ContractScript.Certifier, new KernelOptions());
        var plan = LeaderCustody.Plan(node, node.Contracts[s.State.Contract] with { Fold = s.State });
        Assert.Equal(plan.Peers, plan.Audience[s.Round.Base]);
        return plan.Audience[s.Round.Base];
    }
}
