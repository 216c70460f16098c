using System.Text;
using Starling.Core.Configuration;
using Starling.Learning.Experiments;

namespace Starling.Fuzz.Targets;

/// <summary>An experiment's file: YAML, and what the settings in it mean.</summary>
internal sealed class ExperimentTarget : IFuzzTarget
{
    private const string File = "/data/experiment.yaml";

    public string Name => "experiment";

    public int UsualBytes => 512;

    /// <summary>
    /// Nearly all of it the YAML library's tokens and events, gone at once: three values of two characters take a thousand bytes.
    /// </summary>
    public double MostAllocatedPerByte => 560;

    /// <summary>What <see cref="YamlBounds.Experiment"/> comes to.</summary>
    public long MostAllocated => 6 << 20;

    public LengthForm Lengths => LengthForm.None;

    public IReadOnlyList<string> Parsers { get; } =
    [
        "Starling.Learning.Experiments.YamlTreeReader", "Starling.Learning.Experiments.ExperimentReader",
        "Starling.Learning.Experiments.ExperimentBinding",
        "Starling.Core.Configuration.SectionBinder", "Starling.Core.Configuration.ConfigurationBinder",
        "Starling.Core.Configuration.SettingType", "Starling.Core.Configuration.Duration::TryParse",
        "Starling.Core.Configuration.ByteSize::TryParse", "Starling.Core.Configuration.NearestName", "Starling.Core.Configuration.Mistake",
        "Starling.Core.Configuration.ConfigurationSection",
        "-Starling.Learning.Experiments.YamlTreeReader::ReadFile", "-Starling.Core.Configuration.SectionBinder::Sections",
        "-Starling.Core.Configuration.SectionBinder::PositionOf",
    ];

    public IReadOnlyList<byte[]> Words { get; } = FuzzWords.Of(
        "name: x\n", "seed: 7\n", "nodes: 3\n", "nodes: 1024\n", "data: { set: synthetic }\n", "data: { set: digits }\n",
        "data: { set: csv, file: a.csv }\n", "data: { set: idx, folder: /x }\n",
        "testFile: b", "label: last", "divideBy: 255", "test: 0.5", "split: { by: class, classesPerNode: 2 }",
        "split: { by: dirichlet, alpha: 0.1 }", "split: { by: size, power: 2 }",
        "proportions: [1, 2, 3]", "program: { kind: mlp, hidden: [8] }\n", "program: { kind: synthetic, parameters: 4 }\n", "kind: softmax",
        "optimizer: adam", "momentum: 0.9", "batch: 8", "pad: 1MiB",
        "learningRate: 0.5", "training:\n  rounds: 3\n  minPeers: 2\n", "  audit: off\n", "  auditChunks: 3\n",
        "  adaptive: { on: true, least: 2, most: 9, window: 3 }\n", "  epochs: 4\n", "  checkIn: active\n", "  weights: [1, 2, 3]\n",
        "  leaders: [1, 2]\n", "  preset: wan\n", "  preset: lan\n", "  leaderTimeout: 1m30s\n", "  absentTimeout: 2s\n",
        "  grace: 500ms\n",
        "  claimDelay: 1h\n", "merge: { rule: coordmedian }", "merge: { rule: geomedian, parameters: { iterations: 3 } }",
        "simulation: {}\n", "protocol: leader\n",
        "0", "-1", "1e999", "1.5h", "1d1h1m1s1ms1us", "99999999999999999999", "NaN", "true", "1kB", "1.5GiB", "''", "\"\"", "\"\\0\"",
        "\"\\x07\"", "[", "]", "{", "}", ": ", "- ", "? ", "| \n", "> \n", "&a ", "*a",
        "!!str ", "! ", "---\n", "...\n", "%YAML 1.2\n", "#", "\t", "\n", "  ", "'", "\"", ",", "\u00e9", "\ud83d\ude00", "\ufeff", "<<: ",
        "[[[[[[[[[[[[[[[[[", "nmae: x\n", "datas: 1\n");

    public IEnumerable<byte[]> Seeds() => FuzzWords.Of(ExperimentSeeds.All);

    public bool Parse(byte[] input)
    {
        try
        {
            ExperimentReader.Read(YamlTreeReader.Read(File, Encoding.UTF8.GetString(input), YamlBounds.Experiment));
            return true;
        }
        catch (ConfigurationException)
        {
            return false;
        }
    }

    public void Confirm(byte[] input)
    {
        var tree = YamlTreeReader.Read(File, Encoding.UTF8.GetString(input), YamlBounds.Experiment);
        var first = ExperimentReader.Read(tree).Effective;
        var second = ExperimentReader.Read(YamlTreeReader.Read(File, YamlTreeWriter.Write(tree), YamlBounds.Experiment)).Effective;
        if (!first.SequenceEqual(second))
            throw new PropertyException("A file that is written as it was read means something else.");
    }
}
