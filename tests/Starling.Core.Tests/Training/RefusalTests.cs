using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Tests.Tasks;
using Starling.Core.Training;

namespace Starling.Core.Tests.Training;

/// <summary>
/// Every refusal of the fold has an entry here that needs it: without the check, the entry would pass or be refused by another name.
/// </summary>
public sealed partial class RefusalTests
{
    private static readonly NodeId Stranger = NodeId.Create("test", "street", "x");

    [Fact]
    public void Duplicate()
    {
        var s = ContractScript.Begun();
        var entry = s.Next(s.A, s.ReadyOf(s.A));
        Assert.Equal(Refusal.None, s.Fold(entry));
        Assert.Equal(Refusal.Duplicate, s.Fold(entry));
    }

    [Fact]
    public void BadSignatureSaysNothingOfItsAuthor()
    {
        var s = ContractScript.Begun();
        var entry = s.Next(s.A, s.ReadyOf(s.A));
        Assert.Equal(Refusal.BadSignature, s.Fold(entry, signatureValid: false));
        Assert.Equal(Refusal.None, s.Fold(entry));
    }

    [Fact]
    public void WrongKeySaysNothingOfItsAuthor()
    {
        var s = ContractScript.Begun();
        var entry = s.Next(s.A, s.ReadyOf(s.A));
        Assert.Equal(Refusal.WrongKey, s.Fold(new SignedEntry([.. entry.BodyBytes], PlainCertifier.KeyOf(s.B), [1])));
        Assert.Equal(Refusal.None, s.Fold(entry));
    }

    // What an entry lists is bounded: a leader could not say whom it merged.
    [Fact]
    public void NoMoreMembersThanAMergeCanName()
    {
        var s = ContractScript.Begun(TrainingSettings.MaxMembers);
        Assert.Equal(Refusal.NotPermitted, s.Append(Stranger, new Enrol(ContractScript.Enrolment(Stranger))));
        Assert.DoesNotContain(Stranger, s.State.Authors.Keys);
        Assert.Equal(Refusal.NotPermitted, s.Append(ContractScript.Admin, new Enrol(ContractScript.Enrolment(Stranger))));
        s.Accept(s.A, new Leave());
        s.Accept(s.A, new Enrol(ContractScript.Enrolment(s.A)));
        s.Accept(ContractScript.Admin, new Revoke(s.A));
        s.Accept(Stranger, new Enrol(ContractScript.Enrolment(Stranger)));
    }

    [Fact]
    public void AlreadyFounded()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.AlreadyFounded, s.Append(ContractScript.Admin, s.Founding));
    }

    [Fact]
    public void Deleted()
    {
        var s = ContractScript.Begun();
        s.Accept(ContractScript.Admin, new Tombstone("over"));
        Assert.Equal(Refusal.Deleted, s.Append(s.A, s.ReadyOf(s.A)));
    }

    [Fact]
    public void WrongFoldVersion()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.WrongFoldVersion,
            s.Append(s.A, s.ReadyOf(s.A), b => b with { FoldVersion = TrainingState.OldestFoldVersion }));
    }

    [Fact]
    public void WrongEpoch()
    {
        var s = ContractScript.Begun();
        var late = s.Next(s.A, s.ReadyOf(s.A));
        s.Accept(ContractScript.Admin, new Restart(1));
        Assert.Equal(Refusal.WrongEpoch, s.Fold(late));
    }

    [Fact]
    public void NotMember()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.NotMember, s.Append(Stranger, s.ReadyOf(Stranger)));
        Assert.Equal(Refusal.NotMember, s.Append(ContractScript.Admin, s.ReadyOf(ContractScript.Admin)));
        s.Accept(ContractScript.Admin, new Revoke(s.C));
        Assert.Equal(Refusal.NotMember, s.Append(s.C, s.ReadyOf(s.C)));
        Assert.Equal(Refusal.NotMember, s.Append(s.C, new Rejoin()));
        Assert.Equal(Refusal.NotMember, s.Append(ContractScript.Admin, new Leave()));
        Assert.Equal(Refusal.NotMember, s.Append(ContractScript.Admin, new Revoke(Stranger)));
        Assert.Equal(Refusal.NotMember, s.Append(ContractScript.Admin, new Revoke(s.C)));
    }

    [Fact]
    public void OldIncarnation()
    {
        var s = ContractScript.Begun();
        var late = s.Next(s.A, s.ReadyOf(s.A));
        s.Accept(s.A, new Rejoin());
        Assert.Equal(Refusal.OldIncarnation, s.Fold(late));
        Assert.Equal(Refusal.OldIncarnation, s.Append(s.B, new Rejoin(), b => b with { Incarnation = 3 }));
    }

    [Fact]
    public void SequenceUsedAlsoByARefusedEntry()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.NoLeader, s.Append(s.A, s.Suspect()));
        Assert.Equal(Refusal.SequenceUsed, s.Append(s.A, s.ReadyOf(s.A), b => b with { Sequence = 1 }));
        Assert.Equal(Refusal.None, s.Append(s.A, s.ReadyOf(s.A), b => b with { Sequence = 7 }));
    }

    [Fact]
    public void ForeignChain()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.ForeignChain, s.Append(s.A, s.ReadyOf(s.A), b => b with { SeenHash = Digest.Of("other"u8) }));
        Assert.Equal(Refusal.ForeignChain, s.Append(s.A, s.ReadyOf(s.A), b => b with { SeenHeight = 99 }));
        Assert.Equal(Refusal.ForeignChain, s.Append(s.A, s.ReadyOf(s.A), b => b with { SeenHeight = -1 }));
    }

    [Fact]
    public void MalformedUsesItsSequence()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.Malformed, s.Append(s.A, new Leave(), b => b with { Payload = new byte[] { 99 } }));
        Assert.Equal(1, s.State.Authors[s.A].Sequence);
    }

    [Fact]
    public void NotPermitted()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.NotPermitted, s.Append(s.A, new ChangeSettings(ContractScript.Settings())));
        Assert.Equal(Refusal.NotPermitted, s.Append(s.A, new Revoke(s.B)));
        Assert.Equal(Refusal.NotPermitted, s.Append(s.A, new Restart(1)));
        Assert.Equal(Refusal.NotPermitted, s.Append(s.A, new Tombstone("mine")));
        Assert.Equal(Refusal.NotPermitted, s.Append(s.A, new Enrol(ContractScript.Enrolment(Stranger))));
        s.Accept(ContractScript.Admin, new Revoke(s.C));
        Assert.Equal(Refusal.NotPermitted, s.Append(s.C, new Enrol(ContractScript.Enrolment(s.C))));
    }

    [Fact]
    public void Ended()
    {
        var s = ContractScript.Begun(members: 2);
        s.Accept(s.B, new Leave());
        s.Proposed().Accept(s.B, s.Full());
        Assert.True(s.State.Ended);
        Assert.Equal(Refusal.Ended, s.Append(s.A, s.ReadyOf(s.A)));
    }

    [Fact]
    public void RoundClosedAndRoundAhead()
    {
        var s = ContractScript.Begun().Proposed();
        var late = s.Full();
        s.Accept(s.B, late);
        Assert.Equal(Refusal.RoundClosed, s.Append(s.C, late));
        Assert.Equal(Refusal.RoundAhead, s.Append(s.A, s.ReadyOf(s.A) with { Round = 3 }));
    }

    [Fact]
    public void WrongOpening()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.WrongOpening, s.Append(s.A, s.ReadyOf(s.A) with { Opening = 2 }));
        s.Readied(s.A, s.B);
        var late = s.Claim();
        s.Accept(s.A, s.Reopen());
        s.Accept(s.B, s.Reopen());
        Assert.Equal(Refusal.WrongOpening, s.Append(s.A, late));
    }

    [Fact]
    public void StaleTermAndTermAhead()
    {
        var s = ContractScript.Begun().Led();
        var stale = s.Merged();
        s.Accept(s.B, s.Suspect());
        s.Accept(s.C, s.Suspect());
        Assert.Equal(Refusal.StaleTerm, s.Append(s.A, stale));
        Assert.Equal(Refusal.TermAhead, s.Append(s.B, s.Claim() with { Term = 3 }));
    }

    [Fact]
    public void WrongBase()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.WrongBase, s.Append(s.A, s.ReadyOf(s.A) with { Base = ContractScript.Blob("own") }));
    }

    [Fact]
    public void AlreadyReadyAndTheFirstUpdateStands()
    {
        var s = ContractScript.Begun().Readied(Members0());
        Assert.Equal(Refusal.AlreadyReady, s.Append(s.A, s.ReadyOf(s.A) with { Update = ContractScript.Blob("second") }));
        Assert.Equal(ContractScript.Blob("update a 1"), s.Round.Ready[s.A].Update);
    }

    [Fact]
    public void StateMismatchIsDissent()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.StateMismatch, s.Append(s.A, s.ReadyOf(s.A) with { StateHash = Digest.Of("else"u8) }));
        Assert.Equal([s.A], s.Round.Dissent);
    }

    [Fact]
    public void BadSettings()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.BadSettings, s.Append(ContractScript.Admin, new ChangeSettings(ContractScript.Settings(minPeers: 1))));
        Assert.Equal(Refusal.BadSettings,
            s.Append(ContractScript.Admin, new ChangeSettings(ContractScript.Settings() with { Protocol = "gossip" })));
        var few = new ContractScript(members: 2, minPeers: 3);
        Assert.Equal(Refusal.BadSettings, few.Fold(few.First));
        Assert.Equal(Refusal.BadSettings, Found("gossip", ("degree", 1)));
        Assert.Equal(Refusal.BadSettings, Found("gossip", ("degree", 2.5)));
        Assert.Equal(Refusal.BadSettings, Found("gossip", ("degree", 2), ("degree", 2)));
        Assert.Equal(Refusal.BadSettings, Found("gossip", ("rank", 2)));
        Assert.Equal(Refusal.BadSettings, Found("leader", ("degree", 2)));
        Assert.Equal(Refusal.None, Found("gossip", ("degree", 2)));

        static Refusal Found(string protocol, params (string Name, double Value)[] parameters)
        {
            var founded = new ContractScript(change: f => f with
            {
                Settings = f.Settings with
                {
                    Protocol = protocol,
                    ProtocolParameters = [.. parameters.Select(p => KeyValuePair.Create(p.Name, p.Value))]
                },
            });
            return founded.Fold(founded.First);
        }
    }

    /// <summary>Red if parameters can be set that no merge takes, or if a contract of older rules is lost for them.</summary>
    [Theory]
    [InlineData(TrainingState.FoldVersion, Refusal.BadSettings)]
    [InlineData(4, Refusal.None)]
    public void BadSettingsAreThoseWithAParameterTwiceOrThatIsNoNumber(int version, Refusal expected)
    {
        (string Name, double Value)[][] mistakes =
            [[("f", 1), ("f", 2)], [("m", 1), ("f", 2)], [("f", double.NaN)], [("f", 1), ("m", double.PositiveInfinity)]];
        foreach (var mistake in mistakes)
        {
            Assert.Equal(expected, First(mistake).Last.Refusal);
            var change = new ChangeSettings(Given(ContractScript.Settings(), mistake));
            Assert.Equal(expected, First(("f", 1)).Append(ContractScript.Admin, change));
        }

        Assert.Equal(Refusal.None, First(("f", 1), ("m", 2)).Last.Refusal);

        ContractScript First(params (string Name, double Value)[] parameters)
        {
            var founded = new ContractScript(change: f => f with { Settings = Given(f.Settings, parameters) },
                changeBody: b => b with { FoldVersion = version });
            founded.Fold(founded.First);
            return founded;
        }

        static TrainingSettings Given(TrainingSettings settings, (string Name, double Value)[] parameters) =>
            settings with { MergeParameters = [.. parameters.Select(p => KeyValuePair.Create(p.Name, p.Value))] };
    }

    [Fact]
    public void UntrustedCertificate()
    {
        var s = ContractScript.Begun();
        var borrowed = ContractScript.Enrolment(Stranger) with { Chain = PlainCertifier.ChainOf(s.A) };
        Assert.Equal(Refusal.UntrustedCertificate, s.Append(Stranger, new Enrol(borrowed)));
        Assert.Equal(Refusal.UntrustedCertificate, s.Append(ContractScript.Admin, new Enrol(borrowed)));
        var forged = new ContractScript(change: f => f with { Anchors = [[1]] });
        Assert.Equal(Refusal.UntrustedCertificate, forged.Fold(forged.First));
    }

    /// <summary>Red if who may not train is taken in, at the founding or later, by an admin or by itself.</summary>
    [Fact]
    public void LacksRole()
    {
        const Roles Others = Roles.Operator | Roles.Ledger | Roles.Admin | Roles.Observer;
        var s = ContractScript.Begun();
        var unfit = new Enrol(ContractScript.Enrolment(Stranger, Others));
        Assert.Equal(Refusal.LacksRole, s.Append(Stranger, unfit));
        Assert.DoesNotContain(Stranger, s.State.Authors.Keys);
        Assert.Equal(Refusal.LacksRole, s.Append(ContractScript.Admin, unfit));
        s.Accept(ContractScript.Admin, new Enrol(ContractScript.Enrolment(Stranger, Roles.Learner)));
        Assert.Equal(Refusal.LacksRole, First(f => f with { Members = [.. f.Members, unfit.Member] }));
        Assert.Equal(Refusal.LacksRole, First(f => f with { Admins = [ContractScript.Enrolment(ContractScript.Admin, ~Roles.Admin)] }));

        static Refusal First(Func<Found, Found> change)
        {
            var founded = new ContractScript(change: change);
            return founded.Fold(founded.First);
        }
    }

    /// <summary>Red if a contract that was founded before roles counted is not followed, or does not keep its rules.</summary>
    [Fact]
    public void AContractOfTheOlderRulesKeepsThem()
    {
        var operators = new ContractScript(changeBody: b => b with { FoldVersion = 1 },
            change: f => f with { Members = [.. f.Members.Select(m => ContractScript.Enrolment(m.Node, Roles.Operator))] });
        Assert.Equal(Refusal.None, operators.Fold(operators.First));
        operators.Accept(ContractScript.Admin, new Enrol(ContractScript.Enrolment(Stranger, Roles.Operator)));
        Assert.Equal(1, operators.State.RulesVersion);
        Assert.Equal(Refusal.WrongFoldVersion,
            operators.Append(operators.A, operators.ReadyOf(operators.A), b => b with { FoldVersion = 2 }));
    }

    [Fact]
    public void AlreadyMember()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.AlreadyMember, s.Append(s.A, new Enrol(ContractScript.Enrolment(s.A))));
        Assert.Equal(Refusal.None, s.Append(Stranger, new Enrol(ContractScript.Enrolment(Stranger))));
        Assert.Equal(Refusal.AlreadyMember, s.Append(ContractScript.Admin, new Enrol(ContractScript.Enrolment(Stranger))));
    }

    [Fact]
    public void UnknownRound()
    {
        var s = ContractScript.Begun();
        Assert.Equal(Refusal.UnknownRound, s.Append(ContractScript.Admin, new Restart(2)));
        foreach (var merge in (string[])["first", "second", "third"])
            s.Proposed(merge).Accept(s.B, s.Full(merge));
        Assert.Equal(Refusal.UnknownRound, s.Append(ContractScript.Admin, new Restart(2)));
    }

    [Fact]
    public void NoRounds()
    {
        var s = new ContractScript(change: f => f with { Settings = f.Settings with { Protocol = "gossip" } });
        Assert.Equal(Refusal.None, s.Fold(s.First));
        Assert.Equal(Refusal.NoRounds, s.Append(s.A, s.ReadyOf(s.A)));
        Assert.Equal(Refusal.NoRounds, s.Append(s.A, s.Claim()));
        Assert.Equal(Refusal.NoRounds, s.Append(ContractScript.Admin, new Restart(1)));
    }

    [Fact]
    public void EveryRefusalHasATestOfItsName()
    {
        var tests = new[] { typeof(RefusalTests), typeof(RunnerRefusalTests) }.SelectMany(tested => tested.GetMethods()).Select(m => m.Name)
            .ToArray();
        foreach (var refusal in Enum.GetNames<Refusal>().Where(n => n != nameof(Refusal.None)))
            Assert.Contains(tests, name => name.Contains(refusal, StringComparison.Ordinal));
    }

    private static NodeId[] Members0() => [ContractScript.Member(0)];
}
