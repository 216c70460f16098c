using System.Collections.Immutable;
using Starling.Api;
using Starling.Cli.Terminal;
using Starling.Core.Identity;
using Starling.Core.Training;

namespace Starling.Cli.Commands.Contracts;

/// <summary>A contract's settings, from what a node tells of them.</summary>
internal static class ContractForm
{
    /// <summary>The settings of the round that opens next.</summary>
    /// <param name="contract">What the node tells.</param>
    /// <param name="node">The node.</param>
    /// <exception cref="CommandException">The contract is not founded, or the node does not tell all of its settings, which a change
    /// would then lose.</exception>
    public static TrainingSettings Settings(ContractDescription contract, string node)
    {
        if (contract.Settings is not { } told)
            throw new CommandException(ExitCode.Denied, $"{contract.Contract} is not founded yet; wait for its entry 0.");
        if (told.MergeParameters is null || told.ProtocolParameters is null)
            throw new CommandException(ExitCode.Denied,
                $"{node} runs an older version, which does not tell all settings of {contract.Contract}; upgrade it, or ask another node.");
        if (!Enum.TryParse<AuditMode>(told.Audit, ignoreCase: true, out var audit) || !Digest.TryParse(told.SchemaHash, out var schema))
            throw new CommandException(ExitCode.Denied,
                $"{node} tells settings of {contract.Contract} that this version does not know; use the node's version.");
        return new TrainingSettings(
            told.Protocol, told.Rounds, told.SyncInterval, told.MinPeers, audit, told.MergeRule, Sorted(told.MergeParameters), schema,
            told.MaxModelBytes,
            TimeSpan.FromSeconds(told.LeaderTimeoutSeconds), TimeSpan.FromSeconds(told.AbsentTimeoutSeconds),
            TimeSpan.FromSeconds(told.GraceSeconds),
            TimeSpan.FromSeconds(told.ClaimDelaySeconds))
        {
            AuditChunks = told.AuditChunks,
            ProtocolParameters = Sorted(told.ProtocolParameters),
            Adaptive = told.Adaptive is { } adaptive ? new AdaptiveInterval(adaptive.Least, adaptive.Most, adaptive.Window) : null,
        };
    }

    private static ImmutableArray<KeyValuePair<string, double>> Sorted(IReadOnlyDictionary<string, double> parameters) =>
        [.. parameters.OrderBy(parameter => parameter.Key, StringComparer.Ordinal)];
}
