using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Training;

namespace Starling.Core.Tasks;

/// <summary>The canonical bytes of a task runner's state.</summary>
public static class RunnerStateCodec
{
    /// <summary>The digest of the state. Two nodes with one history have one digest.</summary>
    public static Digest Hash(RunnerState state) => Digest.Of(Encode(state));

    /// <summary>Writes the state.</summary>
    public static byte[] Encode(RunnerState state) =>
        new CanonicalWriter().Int32(state.RulesVersion).Text(state.Contract.Value).Digest(state.Founding.Digest)
        .Int64(state.Height).Digest(state.ChainHash).Int64(state.Epoch).Boolean(state.Deleted)
        .List(state.Anchors, TrainingEntryCodec.WriteCertificate)
        .List(state.Authors, TrainingStateCodec.WriteAuthor).List(state.Enrolments.Values.ToList(), TrainingEntryCodec.WriteEnrolment)
        .List(state.Tasks.Values.ToList(), WriteTask).List(state.Runs, WriteRun).ToArray();

    private static void WriteTask(CanonicalWriter w, TaskState task) =>
        RunnerEntryCodec.WriteDefinition(w, task.Definition).Boolean(task.IsFinal).Int64(task.Completed);

    private static void WriteRun(CanonicalWriter w, RunState run)
    {
        w.Int64(run.Number).Text(run.Task.Value).Node(run.By);
        RunnerEntryCodec.WritePlacement(w, run.Placement).Int32(run.Wanted).List(run.Eligible, TrainingEntryCodec.WriteNode)
            .Int64(run.Height).Byte((byte)run.State).Text(run.Reason)
            .List(run.Work, (writer, work) => RunnerEntryCodec.WriteReport(writer.Node(work.Key), work.Value));
    }
}
