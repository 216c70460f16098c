using Starling.Core.Models;
using Starling.Learning.Programs;

namespace Starling.Programs.Tests;

public sealed class LonelyTrainingTests
{
    private const int Parameters = 8;

    /// <summary>Red if it trains less than it is told, or measures another model than the last one.</summary>
    [Fact]
    public void It_trains_for_as_many_epochs_as_it_is_told()
    {
        var told = new List<string>();
        var brief = new LonelyTraining(Pooled(), 1).Run(told.Add, TestContext.Current.CancellationToken);
        var longer = new LonelyTraining(Pooled(), 200).Run(told.Add, TestContext.Current.CancellationToken);
        Assert.True(longer.Loss < brief.Loss / 10, $"{brief.Loss} after an epoch, {longer.Loss} after 200");
        Assert.Contains("trained 200 epochs", told[1], StringComparison.Ordinal);
    }

    /// <summary>Red if the file is not the model that all members begin with.</summary>
    [Fact]
    public void The_initial_model_is_written_as_it_is() =>
        Assert.Equal(Pooled().Initialise().Values, Safetensors.Read(new LonelyTraining(Pooled(), 1).InitialModel()).State!.Values);

    private static SyntheticProgram Pooled() => new(1, 0, Enumerable.Range(0, 3), Parameters);
}
