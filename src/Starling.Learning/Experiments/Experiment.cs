using System.Collections.Immutable;
using Starling.Core.Configuration;
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

    /// <summary>The sync protocol: <c>leader</c>.</summary>
    public required string Protocol { get; init; }

    public required RoundSettings Training { get; init; }

    public required NetworkSettings Network { get; init; }

    /// <summary>The section that the simulator binds itself; null if there is none.</summary>
    public ConfigurationSection? Simulation { get; init; }

    /// <summary>The file with overrides applied and paths made full: what <see cref="YamlTreeWriter"/> writes to freeze a run's settings.</summary>
    public required ConfigurationTree Tree { get; init; }

    /// <summary>Every setting in force but the simulator's, defaults filled in.</summary>
    public required ImmutableArray<EffectiveSetting> Effective { get; init; }
}
