using Starling.Core.Models;

namespace Starling.EndToEnd.Tests.Processes;

/// <summary>An empty folder that is removed behind a test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    /// <summary>The folder.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("starling-").FullName;

    /// <summary>A file in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a text file.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    /// <summary>Writes a model of one tensor.</summary>
    public string WriteModel(string name, params float[] values)
    {
        var schema = new ModelSchema([new TensorSpec("weight", values.Length)]);
        File.WriteAllBytes(this[name], Safetensors.Write(new ModelState(schema, values, [])));
        return this[name];
    }

    /// <summary>Writes a small experiment of the synthetic problem.</summary>
    public string WriteExperiment(int nodes, int minPeers, int rounds, string training = "") => Write("small.yaml", $$"""
        name: small
        nodes: {{nodes}}
        data: { set: synthetic }
        program: { kind: synthetic, parameters: 16 }
        training:
          rounds: {{rounds}}
          syncInterval: 5
          minPeers: {{minPeers}}
          {{training}}
        """);

    /// <summary>Writes a small experiment of the synthetic problem in which every round waits for every node.</summary>
    public string WriteFlat(int nodes, int minPeers, int rounds, string training) => Write("small.yaml", $$"""
        name: small
        nodes: {{nodes}}
        data: { set: synthetic }
        program: { kind: synthetic, parameters: 16 }
        training: { rounds: {{rounds}}, syncInterval: 5, minPeers: {{minPeers}}, grace: 20s, {{training}} }
        """);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
