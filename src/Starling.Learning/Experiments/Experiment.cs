using System.Collections.Immutable;
using Starling.Core.Configuration;
using Starling.Core.Models;
using Starling.Core.Training;
using Starling.Core.Training.Participation;
using Starling.Learning.Programs;

namespace Starling.Learning.Experiments;

/// <summary>What is trained, on which rows, by how many nodes and how: one file, for real nodes and for the simulator alike.</summary>
public sealed record Experiment
{
    /// <summary>What people call it: letters, digits, dots, dashes and underscores.</summary>
    public required string Name { get; init; }

    /// <summary>The seed of everything that is drawn: split, weights, order of batches.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How many nodes train, from 2.</summary>
    public required int Nodes { get; init; }

    public required DataSettings Data { get; init; }

    public required ProgramSettings Program { get; init; }

    /// <summary>The sync protocol, one of <see cref="SyncProtocols.Names"/>.</summary>
    public required string Protocol { get; init; }

    /// <summary>The sync protocol's parameters, sorted by name.</summary>
    public ImmutableArray<KeyValuePair<string, double>> ProtocolParameters { get; init; } = [];

    public required RoundSettings Training { get; init; }

    public required NetworkSettings Network { get; init; }

    /// <summary>The section that the simulator binds itself; null if there is none.</summary>
    public ConfigurationSection? Simulation { get; init; }

    /// <summary>
    /// The file with overrides applied and paths made full: what <see cref="YamlTreeWriter"/> writes to freeze a run's settings.
    /// </summary>
    public required ConfigurationTree Tree { get; init; }

    /// <summary>Every setting in force but the simulator's, defaults filled in.</summary>
    public required ImmutableArray<EffectiveSetting> Effective { get; init; }

    /// <summary>The settings that entry 0 of the training contract fixes.</summary>
    /// <param name="schema">The model that is trained.</param>
    public TrainingSettings ToContract(ModelSchema schema) =>
        Training.ToContract(Protocol, schema) with { ProtocolParameters = ProtocolParameters };
}
