using System.Collections.Immutable;
using Starling.Core.Kernel;
using Starling.Core.Tasks;

namespace Starling.Daemon.Configuration;

/// <summary>What a node carries out for task runners, and on which terms of its owner.</summary>
/// <param name="Runners">The task runners, at least one; it works for all of them at once, for each on one task at a time.</param>
/// <param name="Accept">The kinds of tasks that are carried out here.</param>
/// <param name="Executors">By which executors programs may run here, <c>sandbox</c> and <c>process</c>; the first is taken if
/// a task names none.</param>
/// <param name="Settings">What the owner sets in every task's experiment, each <c>path=value</c>: above all where the host's rows are,
/// which no task may say.</param>
public sealed record TaskConfiguration(ImmutableArray<ContractReference> Runners, ImmutableSortedSet<TaskKind> Accept,
    ImmutableArray<string> Executors, ImmutableArray<string> Settings);
