using Starling.Core.Kernel;
using Starling.Core.Models;
using Starling.Core.Training;
using Starling.Node.Blobs;
using Starling.Node.Programs;

namespace Starling.Bench.Wire;

/// <summary>A program that does not train: its update is as large as the model, of its own, and never whole in memory.</summary>
internal sealed class NoTraining(BlobStore blobs, ModelSchema schema, int node, RoundClock clock) : IProgramSession
{
    private const int PieceFloats = 1 << 18;

    public Task<UpdateReady?> CarryOutAsync(Assignment assignment, Action<NodeEvent> report, CancellationToken cancellation) =>
        Task.Run(() => CarryOutAsync(assignment, cancellation), cancellation);

    private async Task<UpdateReady?> CarryOutAsync(Assignment assignment, CancellationToken cancellation)
    {
        await clock.BeginsAsync(assignment.Round).WaitAsync(cancellation);
        if (assignment.Last)
            return null;
        var header = SafetensorsHeader.For(schema);
        using var writer = blobs.Create(assignment.Contract, header.FileLength);
        writer.Write(0, header.CanonicalBytes());
        var sink = new SafetensorsSink(header, writer);
        var values = new float[Math.Min(PieceFloats, schema.FloatCount)];
        values.AsSpan().Fill(assignment.Round + (node * node / 1000f)); // Squares: no update is the mean of all.
        for (var at = 0L; at < schema.FloatCount; at += values.Length)
            sink.Write(at, values.AsSpan(0, (int)Math.Min(values.Length, schema.FloatCount - at)));
        var blob = await writer.CompleteAsync();
        return new UpdateReady(assignment.Contract, assignment.Round, assignment.Base, blob, header.FileLength, 1, UpdateMetrics.None);
    }
}
