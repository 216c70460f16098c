namespace Starling.Fuzz.Targets;

/// <summary>The parsers that are fuzzed.</summary>
internal static class FuzzTargets
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        new SafetensorsTarget(),
        new LedgerEntryTarget(),
        new CertificateTarget(),
        new RevocationListTarget(),
        new ManifestTarget(),
        new PeerFramesTarget(),
        new ExperimentTarget(),
        new NodeFileTarget(),
        new CsvTarget(),
        new IdxTarget(),
    ];
}
