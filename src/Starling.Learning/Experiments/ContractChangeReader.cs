using System.Collections.Frozen;
using System.Collections.Immutable;
using Starling.Core.Configuration;
using Starling.Core.Training;
using Starling.Core.Training.Participation;

namespace Starling.Learning.Experiments;

/// <summary>
/// Reads what an admin changes of a training contract that stands, under the names of an experiment's file and by the code that reads one:
/// forms, ranges and what settings demand of each other are the same. All mistakes are reported at once.
/// </summary>
public static class ContractChangeReader
{
    private const string Rule = "training.merge.rule";
    private const string OfNode = "is each node's own and stands in no contract; ";

    private static readonly ImmutableArray<(string Key, string Why)> OutOfReach =
    [
        ("protocol", "is fixed for ever when a contract is founded; found another one with it"),
        ("program", "has the model, which is fixed for ever when a contract is founded; found another one with it"),
        ("data", $"{OfNode}its owner names rows in node.yaml, or a task does"),
        ("network", $"{OfNode}its owner limits it in node.yaml"),
        ("simulation", "is for 'starling sim' alone; leave it out"),
        ("nodes", "is how many members there are, and no setting of a contract; 'starling contract expel' puts one out"),
        ("seed", $"{OfNode}it is in the experiment that its program is given"),
        ("name", "is fixed for ever when a contract is founded; found another one with it"),
    ];

    private static readonly ImmutableArray<(string Key, string Why)> OfMembers =
    [
        ("preset", "only fills in leaderTimeout, absentTimeout, grace and claimDelay when a contract is made; set these"),
        ("epochs", $"{OfNode}it is in the experiment that its program is given"),
        ("checkIn", $"{OfNode}it is in the experiment that its program is given"),
        ("weights", $"{OfNode}it is in the experiment that its program is given"),
        ("leaders", "is fixed when members are enrolled; found another contract with it"),
    ];

    private static readonly FrozenSet<string> Sections =
        FrozenSet.Create(StringComparer.Ordinal, "training", "training.merge", "training.merge.parameters", "training.adaptive",
            "protocolParameters");

    /// <summary>Reads a change.</summary>
    /// <param name="settings">The contract's settings.</param>
    /// <param name="members">How many members the round will have that opens next.</param>
    /// <param name="assignments">What is to be different, each <c>path=value</c>.</param>
    /// <exception cref="ConfigurationException">Something is wrong; every mistake is listed.</exception>
    public static ContractChange Read(TrainingSettings settings, int members, IReadOnlyCollection<string> assignments)
    {
        var (before, _, _) = Bind(settings, members, ContractTree.Of(settings, settings.MergeRule));
        var rule = assignments.LastOrDefault(assignment => PathOf(assignment) == Rule) is { } given
            ? given[Math.Min(given.Length, Rule.Length + 1)..] : settings.MergeRule;
        var (tree, faults) =
            ContractTree.Of(settings, rule).Override(assignments.Where(assignment => !Sections.Contains(PathOf(assignment))));
        var whole = assignments.Select(PathOf).Where(Sections.Contains).Distinct()
            .Select(path =>
                new Mistake(new SourcePosition($"--set {path}", 0, 0), path,
                    "holds several settings; name one of them, such as training.minPeers=2"));
        var (after, changed, mistakes) = Bind(settings, members, tree);
        ImmutableArray<Mistake> all = [.. faults, .. whole, .. mistakes];
        return all.IsEmpty ? new ContractChange(changed, Compare(before, after)) : throw new ConfigurationException(all);
    }

    private static (ImmutableArray<EffectiveSetting> Effective, TrainingSettings Settings, ImmutableArray<Mistake> Mistakes) Bind(
        TrainingSettings settings, int members, ConfigurationTree tree)
    {
        var binder = new ConfigurationBinder(tree);
        Refuse(binder.Root, OutOfReach);
        var section = binder.Root.Section("training");
        Refuse(section, OfMembers);
        var ofProtocol = binder.Root.Section("protocolParameters");
        var parameters = ExperimentBinding.BindProtocol(ofProtocol, settings.Protocol, members);
        if (!SyncProtocols.Names.Contains(settings.Protocol))
            binder.Root.Fault("protocolParameters",
                $"belong to the sync protocol '{settings.Protocol}', which this version does not know; take a version that does");
        var training = ExperimentBinding.BindTraining(section, members);
        ExperimentBinding.CheckMerge(section, training, ofProtocol, settings.Protocol, parameters, members);
        if (training.MinPeers > members)
            section.Fault("minPeers", members < 2
                ? $"is {training.MinPeers}, but only {members} of the contract's members is left, and a round takes two; found another contract"
                : $"is {training.MinPeers}, but the contract has {members} members, so no round could begin; lower it to at most {members}");
        var changed = settings with
        {
            Rounds = training.Rounds,
            SyncInterval = training.SyncInterval,
            MinPeers = training.MinPeers,
            Audit = training.Audit,
            AuditChunks = training.AuditChunks,
            MergeRule = training.MergeRule,
            MergeParameters = training.MergeParameters,
            ProtocolParameters = parameters,
            Adaptive = training.Adaptive,
            LeaderTimeout = training.Timeouts.Leader,
            AbsentTimeout = training.Timeouts.Absent,
            Grace = training.Timeouts.Grace,
            ClaimDelay = training.Timeouts.ClaimDelay,
        };
        return (binder.Effective, changed, binder.Complete());
    }

    // Known, so that a change of one is not taken for a slip of the pen.
    private static void Refuse(SectionBinder section, ImmutableArray<(string Key, string Why)> settings)
    {
        foreach (var (key, why) in settings)
        {
            section.Ignore(key);
            if (section.Has(key))
                section.Fault(key, why);
        }
    }

    private static ImmutableArray<ChangedSetting> Compare(ImmutableArray<EffectiveSetting> before, ImmutableArray<EffectiveSetting> after)
    {
        var (old, now) = (before.ToDictionary(setting => setting.Path, setting => setting.Value),
            after.ToDictionary(setting => setting.Path, setting => setting.Value));
        return
        [
            .. old.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
                .Select(path => new ChangedSetting(path, old.GetValueOrDefault(path), now.GetValueOrDefault(path)))
                .Where(setting => setting.Before != setting.After),
        ];
    }

    private static string PathOf(string assignment) => assignment.Split('=', 2)[0];
}
