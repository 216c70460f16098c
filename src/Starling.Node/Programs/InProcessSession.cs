using System.Diagnostics;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Models;
using Starling.Core.Training;
using Starling.Learning.Programs;
using Starling.Node.Events;

namespace Starling.Node.Programs;

/// <summary>Runs a C# program on a thread of its own. A model is in memory twice while it trains: the base and the update.</summary>
public sealed class InProcessSession : IProgramSession
{
    private readonly Func<ITrainingProgram> load;
    private readonly ModelStore models;
    private readonly ProgramTerms terms;
    private ITrainingProgram? program;
    private (BlobId Base, ModelKind Kind)? measured;

    /// <summary>Prepares a session.</summary>
    /// <param name="load">Makes the program, at the first assignment: reading its data may take long.</param>
    /// <param name="models">Where models come from and go to.</param>
    /// <param name="terms">On which terms it takes part; null for the usual ones.</param>
    public InProcessSession(Func<ITrainingProgram> load, ModelStore models, ProgramTerms? terms = null) =>
        (this.load, this.models, this.terms) = (load, models, terms ?? new ProgramTerms());

    /// <inheritdoc/>
    public Task<UpdateReady?> CarryOutAsync(Assignment assignment, Action<NodeEvent> report, CancellationToken cancellation) =>
        Task.Factory.StartNew(() => CarryOut(assignment, report, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

    private UpdateReady? CarryOut(Assignment assignment, Action<NodeEvent> report, CancellationToken cancellation)
    {
        program ??= load();
        var start = assignment.Base.IsNone ? program.Initialise() : models.Load(assignment.Base, program.Schema, cancellation);
        cancellation.ThrowIfCancellationRequested();
        if (assignment.Last)
        {
            Finish(assignment, program, start, report);
            return null;
        }

        MeasureBase(assignment, program, start, report);
        cancellation.ThrowIfCancellationRequested();
        report(new TrainingStarted(assignment.Contract, assignment.Round, assignment.Batches));
        var watch = Stopwatch.StartNew();
        var (state, training) = program.Train(start, assignment.Round, assignment.Batches, cancellation);
        watch.Stop();
        RefuseDiverged(assignment, state);
        var local = program.Evaluate(state);
        cancellation.ThrowIfCancellationRequested();
        var stored = models.Store(assignment.Contract, state, cancellation);
        report(new ProgramTrained(assignment.Contract, assignment.Round, stored.Blob, stored.Bytes, watch.Elapsed, training.Loss));
        report(new ModelEvaluated(assignment.Contract, ModelKind.Local, assignment.Round, local));
        return new UpdateReady(assignment.Contract, assignment.Round, assignment.Base, stored.Blob, stored.Bytes,
            terms.WeightOf(program), new UpdateMetrics(local.Loss, local.Accuracy), terms.After(assignment, program));
    }

    // No member would merge it: better to say so here, in words, than to announce it.
    private static void RefuseDiverged(Assignment assignment, ModelState state)
    {
        if (FiniteCheck.IndexOfNotFinite(state.Values) >= 0)
            throw new ProgramException(
                $"training diverged in round {assignment.Round}: weights are no longer finite; lower program.learningRate, "
                + "or merge by a median, which bears what a single member overdoes.");
    }

    // A base is measured once, though a reopened round or a retry delivers it again.
    private void MeasureBase(Assignment assignment, ITrainingProgram program, ModelState start, Action<NodeEvent> report)
    {
        var key = (assignment.Base, assignment.Base.IsNone ? ModelKind.Initial : ModelKind.Merged);
        if (measured == key)
            return;
        report(new ModelEvaluated(assignment.Contract, key.Item2, assignment.Round - 1, program.Evaluate(start)));
        measured = key;
    }

    private void Finish(Assignment assignment, ITrainingProgram program, ModelState model, Action<NodeEvent> report)
    {
        var key = (assignment.Base, ModelKind.Final);
        if (measured == key)
            return;
        var evaluation = program.Evaluate(model);
        report(new ModelEvaluated(assignment.Contract, ModelKind.Final, assignment.Round - 1, evaluation));
        report(new ProgramFinished(assignment.Contract, assignment.Round - 1, assignment.Base, evaluation));
        measured = key;
    }
}
