using System.Collections.Immutable;
using Starling.Core.Configuration;
using Starling.Core.Kernel;
using Starling.Core.Merging;
using Starling.Core.Training;
using Starling.Core.Training.Participation;
using Starling.Learning.Data;
using Starling.Learning.Data.Splits;
using Starling.Learning.Optimisers;
using Starling.Learning.Programs;

namespace Starling.Learning.Experiments;

/// <summary>Gives the settings of an experiment their types, defaults and ranges, and checks them against each other.</summary>
internal static class ExperimentBinding
{
    private const int DigitClasses = 10;
    private const int MostHiddenLayers = 8;

    public static Experiment Bind(SectionBinder root, ConfigurationTree tree)
    {
        var name = root.Text("name", "experiment", 64);
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') || !char.IsAsciiLetterOrDigit(name[0]))
            root.Fault("name", "names a folder; write letters, digits, dots, dashes and underscores, a letter or digit first");
        var seed = (ulong)root.Whole("seed", 1, 0, long.MaxValue);
        var nodes = (int)root.Whole("nodes", null, 2, TrainingSettings.MaxMembers);
        var data = BindData(root.Section("data"), nodes);
        var protocol = root.Choice("protocol", SyncProtocols.Default, SyncProtocols.Names);
        var ofProtocol = root.Section("protocolParameters");
        var parameters = BindProtocol(ofProtocol, protocol, nodes);
        var program = BindProgram(root.Section("program"), data);
        var training = root.Section("training");
        var rounds = BindRounds(training, nodes, program);
        CheckMerge(training, rounds, ofProtocol, protocol, parameters, nodes);
        return new Experiment
        {
            Name = name,
            Seed = seed,
            Nodes = nodes,
            Data = data,
            Program = program,
            Protocol = protocol,
            ProtocolParameters = parameters,
            Training = rounds,
            Network = BindNetwork(root.Section("network"), nodes),
            Simulation = root.Raw("simulation"),
            Tree = tree,
            Effective = [],
        };
    }

    /// <summary>The parameters of a sync protocol, sorted by name.</summary>
    internal static ImmutableArray<KeyValuePair<string, double>> BindProtocol(SectionBinder given, string name, int nodes)
    {
        var known = SyncProtocols.ParametersOf(name);
        ImmutableArray<double> values =
        [
            .. known.Select(parameter => parameter.IsWhole
                ? given.Whole(parameter.Name, (long)parameter.Default, (long)parameter.Least, (long)parameter.Most)
                : given.Number(parameter.Name, parameter.Default, parameter.Least, parameter.Most)),
        ];
        if (nodes > 0 && SyncProtocols.Check(name, values, nodes) is { } fault)
            given.Fault(fault.Parameter, fault.What);
        return [.. known.Zip(values, (parameter, value) => KeyValuePair.Create(parameter.Name, value))
            .OrderBy(given => given.Key, StringComparer.Ordinal)];
    }

    /// <summary>Refuses a merge rule that takes more models than a merge has.</summary>
    internal static void CheckMerge(
        SectionBinder training, RoundSettings rounds, SectionBinder given, string protocol,
        ImmutableArray<KeyValuePair<string, double>> parameters, int nodes)
    {
        var rule = MergeRules.Standard.Find(rounds.MergeRule)!;
        if (MergeParameters.Check(rule, rounds.MergeParameters).Parameters is not { } valid)
            return;
        var least = rule.LeastCount(valid);
        if (SyncProtocols.UsesRounds(protocol) && least > rounds.MinPeers)
            training.Fault("minPeers",
                $"is {rounds.MinPeers}, but the merge rule '{rule.Name}' takes at least {least} updates with its parameters; raise minPeers to {least}, or lower the rule's parameters");
        else if (nodes > 0 && SyncProtocols.CheckMerge(protocol, parameters, nodes, least) is { } fault)
            given.Fault(fault.Parameter, fault.What);
    }

    private static DataSettings BindData(SectionBinder section, int nodes)
    {
        var set = section.Choice<DataSource>("set", null);
        section.Ignore("folder", "file", "testFile", "label", "divideBy", "test", "split", "features", "classes");
        if (set == DataSource.Own)
            return BindOwn(section);
        var form = set is DataSource.Csv or DataSource.Idx ? BindForm(section) : null;
        var folder = set == DataSource.Idx ? section.OptionalText("folder") : null;
        if (set == DataSource.Idx && form is null && !section.Has("folder"))
            section.Fault("folder", "is missing; name the folder with the four IDX files, for example --set data.folder=DIR");
        // Where the rows are may be for each host to say, if all know what they are like.
        var file = set != DataSource.Csv ? null : form is null ? section.Text("file") : section.OptionalText("file");
        var testFile = set == DataSource.Csv ? section.OptionalText("testFile") : null;
        var format = set == DataSource.Csv
            ? new CsvFormat(section.Text("label", "last"), section.Number("divideBy", 1, 1e-30, 1e30))
            : new CsvFormat();
        var holdsBack = set == DataSource.Digits || (set == DataSource.Csv && testFile is null);
        var test = holdsBack ? section.Number("test", 0.2, 0.001, 0.9) : 0;
        var split = set == DataSource.Synthetic ? new IidSplit() : BindSplit(section.Section("split"), nodes, set);
        return new DataSettings(set, folder, file, testFile, format, test, split, form);
    }

    // Of rows that the program reads itself there is but a path to hand on.
    private static DataSettings BindOwn(SectionBinder section)
    {
        var (folder, file) = (section.OptionalText("folder"), section.OptionalText("file"));
        if (folder is not null && file is not null)
            section.Fault("file", "and data.folder are both given, and a program gets one path; leave one out");
        return new DataSettings(DataSource.Own, folder, file, null, new CsvFormat(), 0, new OwnSplit());
    }

    private static DataForm? BindForm(SectionBinder section)
    {
        if (!section.Has("features") && !section.Has("classes"))
            return null;
        var features = (int)section.Whole("features", null, 1, DataLimits.Default.Columns);
        var classes = section.Texts("classes", null, DataLimits.Default.Classes);
        if (!classes.IsDefault && classes.Distinct(StringComparer.Ordinal).Count() != classes.Length)
            section.Fault("classes", "names a label twice; give each once");
        return new DataForm(features, classes);
    }

    private static IDataSplit BindSplit(SectionBinder section, int nodes, DataSource set)
    {
        section.Ignore("alpha", "classesPerNode", "proportions", "power");
        switch (section.Choice<SplitKind>("by", SplitKind.Iid))
        {
            case SplitKind.Dirichlet:
                return new DirichletSplit(section.Number("alpha", 0.5, 0.001, 1000));
            case SplitKind.Class:
                var classes = (int)section.Whole("classesPerNode", 2, 1, DataLimits.Default.Classes);
                if (set == DataSource.Digits && classes > DigitClasses)
                    section.Fault("classesPerNode", $"is {classes}, but digits has only {DigitClasses} classes; lower it");
                else if (set == DataSource.Digits && nodes > 0 && classes * nodes < DigitClasses)
                    section.Fault("classesPerNode",
                        $"is {classes}, so {nodes} nodes hold at most {classes * nodes} of {DigitClasses} classes; "
                        + $"raise it to at least {(DigitClasses + nodes - 1) / nodes}");
                return new ClassSplit(classes);
            case SplitKind.Size:
                var proportions = section.Numbers("proportions", [], 1e-6, 1e6, TrainingSettings.MaxMembers);
                if (proportions.Length > 0 && proportions.Length != nodes)
                    section.Fault("proportions", $"has {proportions.Length} values for {nodes} nodes; give one for each node");
                return new SizeSplit(proportions, section.Number("power", 1, 0, 10));
            case SplitKind.Own:
                return new OwnSplit();
            default:
                return new IidSplit();
        }
    }

    private static ProgramSettings BindProgram(SectionBinder section, DataSettings data)
    {
        var set = data.Set;
        var kind = section.Choice<ProgramKind>("kind",
            set switch { DataSource.Synthetic => ProgramKind.Synthetic, DataSource.Own => ProgramKind.Command, _ => ProgramKind.Mlp });
        CheckPair(section, "synthetic", set == DataSource.Synthetic, "synthetic", kind == ProgramKind.Synthetic);
        CheckPair(section, "own", set == DataSource.Own, "command", kind == ProgramKind.Command);
        section.Ignore("hidden", "optimizer", "momentum", "batch", "parameters", "channels", "image", "command", "environment",
            "openTimeout", "learningRate", "pad");
        if (kind == ProgramKind.Command)
            return new ProgramSettings { Kind = kind, Command = CommandBinding.Of(section, data) };
        var padding = section.Bytes("pad", 0, 0, 4L << 30);
        if (kind == ProgramKind.Synthetic)
            return new ProgramSettings
            {
                Kind = kind,
                Parameters = (int)section.Whole("parameters", 16, 1, 4096),
                LearningRate = section.Number("learningRate", 1, 1e-6, 1.999),
                PaddingBytes = padding,
            };
        var optimiser = section.Choice<OptimiserKind>("optimizer", OptimiserKind.Sgd);
        var (channels, image) = kind == ProgramKind.Cnn ? ConvolutionBinding.Bind(section, set) : ([], null);
        return new ProgramSettings
        {
            Kind = kind,
            Hidden = kind == ProgramKind.Softmax
                ? []
                : [.. section.Wholes("hidden", kind == ProgramKind.Mlp ? [64] : [], 1, 8192, MostHiddenLayers).Select(units => (int)units)],
            Channels = channels,
            Image = image,
            Optimiser = optimiser,
            LearningRate = section.Number("learningRate", optimiser == OptimiserKind.Adam ? 0.001 : 0.1, 1e-9, 10),
            Momentum = optimiser == OptimiserKind.Sgd ? section.Number("momentum", 0, 0, 0.9999) : 0,
            Batch = (int)section.Whole("batch", 32, 1, 65_536),
            PaddingBytes = padding,
        };
    }

    // Some rows are for one kind of program alone, and the other way round.
    private static void CheckPair(SectionBinder section, string set, bool isSet, string kind, bool isKind)
    {
        if (isSet && !isKind)
            section.Fault("kind", $"must be {kind}, because data.set is{(set == kind ? "" : $" {set}")}; correct one of them");
        else if (isKind && !isSet)
            section.Fault("kind", $"is {kind}, but data.set is not{(set == kind ? "" : $" {set}")}; set data.set to {set} too");
    }

    private static RoundSettings BindRounds(SectionBinder section, int nodes, ProgramSettings program)
    {
        var training = BindTraining(section, nodes);
        if (program.Command is not null)
            RefuseTerms(section, training);
        if (nodes > 0 && training.MinPeers > nodes)
            section.Fault("minPeers",
                $"is {training.MinPeers}, but there are only {nodes} nodes, so no round could begin; lower it to at most {Math.Max(2, nodes - 1)} or raise nodes");
        return training;
    }

    // On which terms a program in a process of its own takes part, it tells its node when it opens its session.
    private static void RefuseTerms(SectionBinder section, RoundSettings training)
    {
        Refuse("weights", !training.Weights.IsEmpty, "says its weight itself, in Python as nodeWeightage");
        Refuse("epochs", training.Epochs != 0, "ends its training itself");
        Refuse("checkIn", training.CheckIn != CheckIn.Snapshot,
            "says itself what its node does once it is done, in Python as checkinModelOnTrainEnd");

        void Refuse(string key, bool isGiven, string what)
        {
            if (isGiven)
                section.Fault(key, $"is for programs of Starling's own, and the program of program.command {what}; leave it out");
        }
    }

    /// <summary>How so many nodes train together. Whether they are enough for <c>minPeers</c> is for the caller to say.</summary>
    internal static RoundSettings BindTraining(SectionBinder section, int nodes)
    {
        var rounds = section.Whole("rounds", 10, 1, 1_000_000);
        var syncInterval = (int)section.Whole("syncInterval", 30, 1, 1_000_000);
        var minPeers = (int)section.Whole("minPeers", Math.Max(2, (nodes / 2) + 1), 2, TrainingSettings.MaxMembers);
        var audit = section.Choice<AuditMode>("audit", AuditMode.Sampled);
        var (rule, parameters) = BindMerge(section.Section("merge"));
        var preset = section.Choice<Preset>("preset", Preset.Local);
        var timeouts = BindTimeouts(section, Timeouts.Of(preset), nodes);
        return new RoundSettings(rounds, syncInterval, minPeers, audit, rule, parameters, preset, timeouts)
        {
            AuditChunks = (int)section.Whole("auditChunks", TrainingSettings.DefaultAuditChunks, 1, TrainingSettings.MaxAuditChunks),
            Adaptive = BindAdaptive(section.Section("adaptive"), syncInterval),
            Epochs = (int)section.Whole("epochs", 0, 0, 1_000_000),
            CheckIn = section.Choice<CheckIn>("checkIn", CheckIn.Snapshot),
            Weights = BindWeights(section, nodes),
            Leaders = Nodes(section, "leaders", nodes),
        };
    }

    private static NetworkSettings BindNetwork(SectionBinder section, int nodes) => new(
        section.Rate("maxUploadRate", long.MaxValue, NetworkSettings.LeastUploadRate), Nodes(section, "limited", nodes));

    private static AdaptiveInterval? BindAdaptive(SectionBinder section, int syncInterval)
    {
        section.Ignore("least", "most", "window");
        if (!section.Truth("on", false))
            return null;
        var least = (int)section.Whole("least", Math.Max(1, syncInterval / 4), 1, TrainingSettings.MaxSyncInterval);
        var most =
            (int)section.Whole("most", Math.Min(4L * syncInterval, TrainingSettings.MaxSyncInterval), 1, TrainingSettings.MaxSyncInterval);
        if (least > most)
            section.Fault("least", $"is {least}, but most is {most}; lower it");
        return new AdaptiveInterval(least, most, (int)section.Whole("window", 10, 1, AdaptiveInterval.MaxWindow));
    }

    private static ImmutableArray<int> BindWeights(SectionBinder section, int nodes)
    {
        var weights = section.Wholes("weights", [], 1, 100);
        if (weights.Length > 0 && weights.Length != nodes)
            section.Fault("weights",
                $"has {weights.Length} values for {nodes} nodes; give one for each node, or none for the number of its rows");
        return [.. weights.Select(weight => (int)weight)];
    }

    private static ImmutableArray<int> Nodes(SectionBinder section, string key, int nodes) =>
        [.. section.Wholes(key, [], 1, Math.Max(1, nodes)).Distinct().Order().Select(node => (int)node)];

    private static (string Rule, ImmutableArray<KeyValuePair<string, double>> Parameters) BindMerge(SectionBinder section)
    {
        var name = section.Choice("rule", MergeRules.Default, MergeRules.Standard.Names);
        var given = section.Section("parameters");
        return (name,
            [.. MergeRules.Standard.Find(name)!.Parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.IsWhole
            ? given.Whole(parameter.Name, (long)parameter.Default, (long)Math.Ceiling(parameter.Least), (long)Math.Floor(parameter.Most))
            : given.Number(parameter.Name, parameter.Default, parameter.Least, parameter.Most)))]);
    }

    private static Timeouts BindTimeouts(SectionBinder section, Timeouts usual, int nodes)
    {
        var least = TimeSpan.FromMilliseconds(10);
        var timeouts = new Timeouts(
            section.Span("leaderTimeout", usual.Leader, least, TimeSpan.FromDays(7)),
            section.Span("absentTimeout", usual.Absent, least, TimeSpan.FromDays(30)),
            section.Span("grace", usual.Grace, TimeSpan.Zero, TimeSpan.FromDays(1)),
            section.Span("claimDelay", usual.ClaimDelay, TimeSpan.Zero, TimeSpan.FromHours(1)));
        var longest = timeouts.Grace + (timeouts.ClaimDelay * TrainingSettings.MostClaimDelays(nodes)) + timeouts.Leader;
        if (timeouts.Absent <= longest)
            section.Fault("absentTimeout",
                $"is {Duration.Format(timeouts.Absent)}, but leaderTimeout, grace and the claim delays of {nodes} nodes add up to "
                + $"{Duration.Format(longest)}, so a healthy round would be reopened; raise it");
        return timeouts;
    }
}
