using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Starling.Node.Blobs;

/// <summary>Metrics and traces of blobs and of what is computed on them.</summary>
internal static class BlobTelemetry
{
    /// <summary>The name of the meter and of the activity source: the node's.</summary>
    public const string Name = "Starling.Node";

    private static readonly Meter Meter = new(Name);

    public static ActivitySource Source { get; } = new(Name);

    public static Counter<long> BytesStored { get; } = Meter.CreateCounter<long>("starling.blob.stored", "By", "Bytes of chunks stored.");

    public static Counter<long> BytesRead { get; } =
        Meter.CreateCounter<long>("starling.blob.read", "By", "Bytes of chunks read for peers.");

    public static Counter<long> CorruptChunks { get; } =
        Meter.CreateCounter<long>("starling.blob.corrupt", "{chunk}", "Chunks refused for their hash.");

    public static Histogram<double> SaveTime { get; } =
        Meter.CreateHistogram<double>("starling.blob.save.time", "s", "Time to sync a blob.");

    public static Histogram<double> ComputeTime { get; } =
        Meter.CreateHistogram<double>("starling.compute.time", "s", "Time of a computation, by kind.");
}
