using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Training.Participation;

namespace Starling.Core.Tests.Training.Participation;

public sealed class CustodyPlanTests
{
    private static readonly BlobId Blob = ContractScript.Blob("model");
    private static readonly NodeId One = ContractScript.Member(0), Two = ContractScript.Member(1);

    /// <summary>Red if a member of one contract gets what is another contract's by naming it.</summary>
    [Fact]
    public void ABlobIsServedWhereItCameAboutAndNotWhereItIsNamed()
    {
        var (here, there) = (new CustodyPlan(), new CustodyPlan());
        here.Hold(Blob);
        here.Share(Blob, [One]);
        there.Kept.Add(Blob);
        there.Share(Blob, [Two]);
        Assert.Equal([One], here.AudienceOf(Blob, [here, there]));
        Assert.Empty(there.AudienceOf(Blob, [here, there]));
        Assert.Equal([Two], there.AudienceOf(Blob, [there, new CustodyPlan()]));
    }

    /// <summary>Red if whoever names a blob as well decides who is asked for it, or how much of it is got.</summary>
    [Fact]
    public void TwoWishesForABlobAreBothHeard()
    {
        var plan = new CustodyPlan();
        plan.Want(Blob, new BlobWant([One], [1]));
        plan.Want(Blob, new BlobWant([Two], [2]));
        Assert.Equal([One, Two], plan.Wanted[Blob].Holders);
        Assert.Equal([1, 2], plan.Wanted[Blob].Chunks!);
        plan.Want(Blob, new BlobWant([Two]));
        Assert.Null(plan.Wanted[Blob].Chunks);
    }

    /// <summary>Red if who holds a blob is asked no more because it is named as a merge that goes round elsewhere.</summary>
    [Fact]
    public void WhoHoldsABlobIsAskedBesideThoseAmongWhomItGoesRound()
    {
        var (self, three) = (ContractScript.Member(2), ContractScript.Member(3));
        var (plain, round) = (new BlobWant([Two]), new BlobWant([One, three], Spread: BlobSpread.For(One, [self, three], self, [One])));
        Assert.Equal([One, Two], plain.And(round).Spread!.Whole);
        Assert.Equal([One, Two], round.And(plain).Spread!.Whole);
        var other = new BlobWant([Two, three], Spread: BlobSpread.For(Two, [self, three], self, [Two]));
        Assert.Equal([One, Two], round.And(other).Spread!.Whole);
    }

    /// <summary>Red if a merge that was made by another rule, or from another model, passes for the one that is wanted.</summary>
    [Fact]
    public void AMergeIsOfItsInputsItsBaseAndItsRule()
    {
        var settings = ContractScript.Settings();
        ImmutableArray<Core.Kernel.MergeInput> inputs = [new(One, Blob, 1)];
        var task = new MergeTask(inputs, Blob, settings, null, Blob, default);
        Assert.True(task.IsOf([new(One, Blob, 1)], Blob, ContractScript.Settings()));
        Assert.False(task.IsOf([new(One, Blob, 2)], Blob, settings));
        Assert.False(task.IsOf(inputs, BlobId.None, settings));
        Assert.False(task.IsOf(inputs, Blob, settings with { MergeRule = "coordmedian" }));
        Assert.False(task.IsOf(inputs, Blob, settings with { MergeParameters = [KeyValuePair.Create("f", 1.0)] }));
    }
}
