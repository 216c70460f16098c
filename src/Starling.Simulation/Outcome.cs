using System.Globalization;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Merging;
using Starling.Core.Models;
using Starling.Core.Training.Participation;
using Starling.Simulation.Nodes;

namespace Starling.Simulation;

/// <summary>
/// What a contract came to: a committed model, or a model at each node where members go through their rounds each by itself.
/// </summary>
internal sealed class Outcome(World world, SimulatedContract contract)
{
    private readonly List<(int Node, RoundPassed Passed)> passed = [];

    private bool IsShared => contract.Scenario.Settings.UsesRounds;

    /// <summary>Whether training is over and everyone who is to have a result holds it.</summary>
    public bool IsReached
    {
        get
        {
            if ((IsShared && !contract.Truth.Ended) || world.Runner is { IsDone: false })
                return false;
            foreach (var node in Lasting())
                if (!Has(node))
                    return false;
            return true;
        }
    }

    /// <summary>How many rounds committed, or every honest node that lives on has passed.</summary>
    public int Rounds => IsShared
        ? (int)((contract.Truth.LastCommit?.Round) ?? 0)
        : (int)Lasting().Select(RoundOf).DefaultIfEmpty(0).Min();

    /// <summary>The committed model, or the mean of the honest nodes' models; null if there is none.</summary>
    public ModelState? Model => IsShared
        ? contract.Truth.LastCommit is { } commit ? Read(commit.Merge.Merge) : null
        : Models(Lasting()) is { Count: > 0 } models ? Mean(models) : null;

    /// <summary>An honest node passed a round.</summary>
    public void Passed(SimulatedNode node, RoundPassed round)
    {
        passed.Add((node.Index, round));
        world.Counts.Add(round.With.IsEmpty ? "round passed alone" : "round passed with others");
    }

    /// <summary>
    /// Reports honest nodes whose last models lie farther from their mean than that has come from the initial model. Whoever learned from
    /// nobody may be about as far off, as is who was done before others or learned from such alone, and whoever learned from a liar alone
    /// anywhere. So only those are asked that averaged with an honest node that was not done before in each round of the second half. What
    /// is committed is one model, of which that need not be asked.
    /// </summary>
    public void CheckSpread()
    {
        var models = IsShared ? [] : Models(Together());
        if (models.Count < 2 || Mean(models) is not { } mean)
            return;
        var way = Distance(mean, contract.Scenario.Program(0).Initialise());
        var farthest = 0.0;
        foreach (var (name, state) in models)
        {
            var distance = Distance(state, mean);
            farthest = Math.Max(farthest, distance / way);
            if (distance > way)
                contract.Report("honest models agree", string.Create(CultureInfo.InvariantCulture,
                    $"{name} ends {distance:0.###} from the mean of the honest models, which has come {way:0.###} from the initial one"));
        }

        world.Counts.Add(string.Create(CultureInfo.InvariantCulture, $"spread up to {Math.Ceiling(farthest * 10) * 10} %"));
    }

    private IEnumerable<SimulatedNode> Lasting() =>
        world.Nodes.Where(node => node.IsHonest && !world.Plan.Dying.Contains(node.Index) && !IsExpelled(node));

    private IEnumerable<SimulatedNode> Together()
    {
        var last = Lasting().Select(RoundOf).DefaultIfEmpty(0).Max();
        var latest = Lasting().Where(node => RoundOf(node) == last).ToList();
        var alone = passed.Where(each => each.Passed.Round > contract.Scenario.Settings.Rounds / 2
            && !latest.Exists(node => each.Passed.With.Contains(node.Identity.Id))).Select(each => each.Node).ToHashSet();
        return latest.Where(node => !alone.Contains(node.Index));
    }

    private long RoundOf(SimulatedNode node) => Participant(node)?.Latest?.Round ?? 0;

    // It may not have the committed merges any more.
    private bool IsExpelled(SimulatedNode node) =>
        contract.Truth.Authors.TryGetValue(node.Identity.Id, out var author) && author.Standing == Standing.Expelled;

    private bool Has(SimulatedNode node) => HasForgotten(node) ? HasFinished(node) : IsShared
        ? HasFinished(node) && node.Process is not null && contract.Truth.LastCommit is { } commit && node.Disk.Holds(commit.Merge.Merge)
        : Participant(node) is { Assigned.Last: true, Latest: { } latest } && node.Disk.Holds(latest.Model);

    private bool HasFinished(SimulatedNode node) => node.Finished.Contains(contract.Id);

    // Whose disk is lost when its work is done follows its task runner, and learns of the training no more.
    private bool HasForgotten(SimulatedNode node) =>
        world.Runner is not null && node.State is { } state && !state.Contracts.ContainsKey(contract.Id);

    private Participant? Participant(SimulatedNode node) => node.State?.Contracts.GetValueOrDefault(contract.Id);

    private static ModelState? Mean(List<(string Name, ModelState State)> models) =>
        Merger.Merge(MergeRules.Standard.Find(MergeRules.Default)!, models.Select(model => (model.State, 1L))).State;

    private List<(string Name, ModelState State)> Models(IEnumerable<SimulatedNode> nodes)
    {
        var models = new List<(string, ModelState)>();
        foreach (var node in nodes)
            if (Participant(node)?.Latest is { } latest && Read(latest.Model) is { } state)
                models.Add((node.Name, state));
        return models;
    }

    private ModelState? Read(BlobId blob) =>
        world.Archived(blob) is { } bytes && Safetensors.Read(bytes).State is { } state
            && state.Schema.Hash == contract.Scenario.Settings.SchemaHash ? state : null;

    private static double Distance(ModelState left, ModelState right)
    {
        var square = 0.0;
        for (var i = 0; i < left.Values.Length; i++)
            square += ((double)left.Values[i] - right.Values[i]) * ((double)left.Values[i] - right.Values[i]);
        return Math.Sqrt(square);
    }
}
