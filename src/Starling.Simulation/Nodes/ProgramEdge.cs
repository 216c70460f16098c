using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Models;
using Starling.Core.Training;
using Starling.Learning.Programs;

namespace Starling.Simulation.Nodes;

/// <summary>
/// Runs a node's program for one contract. Training takes virtual time from its batches and the node's speed; the update arrives at that
/// moment. Where tasks say who trains, the program has a seat only while one does.
/// </summary>
internal sealed class ProgramEdge(SimulatedProcess process, SimulatedContract contract)
{
    private readonly ITrainingProgram program = contract.Scenario.Program(process.Node.Index);
    private readonly ProgramTerms terms = contract.Scenario.Terms(process.Node.Index);
    private bool hasSeat = process.World.Runner is null;
    private Action<Assignment>? told;
    private Assignment? latest;
    private long turn;

    public void Carry(Assignment work)
    {
        latest = work;
        if (hasSeat)
            Train(work);
    }

    /// <summary>A task has the program train.</summary>
    /// <param name="tell">Is told what it begins.</param>
    public void Seat(Action<Assignment> tell)
    {
        (hasSeat, told) = (true, tell);
        if (latest is not null)
            Train(latest);
    }

    /// <summary>The task is over, and so is what the program does.</summary>
    public void Leave()
    {
        (hasSeat, told) = (false, null);
        turn++;
    }

    private void Train(Assignment work)
    {
        var mine = ++turn;
        told?.Invoke(work);
        if (work.Last)
        {
            process.Node.Finished.Add(contract.Id);
            return;
        }

        var start = work.Base.IsNone ? program.Initialise() : Read(work.Base);
        if (start is null)
            return;
        var time = process.World.Scenario.Options.BatchTime * work.Batches * process.Node.Slowness;
        process.Later(time, () =>
        {
            if (mine == turn)
                HandOver(work, start);
        });
    }

    private ModelState? Read(BlobId id) =>
        process.Node.Disk.Blob(id) is { IsComplete: true } blob ? Safetensors.Read(blob.Content).State : null;

    private void HandOver(Assignment work, ModelState start)
    {
        latest = null;
        var result = program.Train(start, work.Round, work.Batches, CancellationToken.None);
        process.Node.Diverged.Remove(contract.Id);
        if (process.Node.IsHonest && FiniteCheck.IndexOfNotFinite(result.State.Values) >= 0)
        {
            // As a node does, which announces nothing that no member would merge.
            process.Node.Diverged.Add(contract.Id);
            process.World.Note(process.Node.Name, $"diverges in round {work.Round}");
            process.World.Counts.Add("program diverged");
            return;
        }

        var metrics = program.Evaluate(result.State);
        var bytes = Safetensors.Write(result.State);
        var liar = process.Node.Liar;
        if (liar is not null)
            bytes = liar.Update(contract, bytes);
        var update = process.World.Store(process.Node, bytes);
        var final = terms.After(work, program);
        if (final is { } checkIn)
            process.World.Counts.Add($"program done {checkIn}");
        process.Feed(
            new UpdateReady(work.Contract, work.Round, work.Base, liar?.Announce(contract, update) ?? update, bytes.Length,
            terms.WeightOf(program), new UpdateMetrics(metrics.Loss, metrics.Accuracy), final));
    }
}
