using Starling.Core.Configuration;
using Starling.Core.Kernel;
using Starling.Core.Merging;
using Starling.Core.Models;
using Starling.Core.Training;
using Starling.Learning.Data.Splits;
using Starling.Learning.Experiments;
using Starling.Learning.Networks;
using Starling.Learning.Optimisers;

namespace Starling.Learning.Tests.Experiments;

public sealed class ExperimentReaderTests
{
    private const string Smallest = "nodes: 4\ndata: { set: digits }\n";

    [Fact]
    public void DefaultsAreFilledInAndPrinted()
    {
        var experiment = Read(Smallest);
        Assert.Equal((4, 1UL, "leader", "experiment"), (experiment.Nodes, experiment.Seed, experiment.Protocol, experiment.Name));
        Assert.Equal(
            new RoundSettings(10, 30, 3, AuditMode.Sampled, "mean", experiment.Training.MergeParameters, Preset.Local,
                Timeouts.Of(Preset.Local))
            {
                Weights = experiment.Training.Weights,
                Leaders = experiment.Training.Leaders,
            }, experiment.Training);
        Assert.Empty(experiment.Training.Weights);
        Assert.Empty(experiment.Training.Leaders);
        Assert.Empty(experiment.Training.MergeParameters);
        Assert.Equal([64], experiment.Program.Hidden);
        Assert.Null(experiment.Simulation);
        string[] expected = ["nodes=4", "data.test=0.2", "data.split.by=iid", "program.learningRate=0.1", "training.leaderTimeout=5s",
            "training.grace=300ms", "training.claimDelay=50ms"];
        Assert.Empty(expected.Except(experiment.Effective.Select(setting => setting.ToString())));
        Assert.All(experiment.Effective, setting => Assert.Equal(setting.Path is not ("nodes" or "data.set"), setting.IsDefault));
    }

    [Fact]
    public void EverySettingIsRead()
    {
        var experiment = Read("""
            name: mine
            seed: 7
            nodes: 3
            data: { set: csv, file: a.csv, label: kind, divideBy: 4, test: 0.3, split: { by: dirichlet, alpha: 0.1 } }
            program: { kind: mlp, hidden: [8, 4], optimizer: adam, learningRate: 0.003, batch: 16, pad: 1MB }
            protocol: leader
            training:
              { rounds: 20, syncInterval: 9, minPeers: 2, audit: off, merge: { rule: geomedian }, preset: wan, grace: 2s, auditChunks: 5, epochs: 3, checkIn: inactive,
                weights: [1, 2, 100], leaders: [3, 1], adaptive: { on: true, least: 2, most: 30, window: 4 } }
            simulation: { liars: 1 }
            """);
        Assert.Equal((DataSource.Csv, "kind", 4.0, 0.3),
            (experiment.Data.Set, experiment.Data.Format.Label, experiment.Data.Format.DivideBy, experiment.Data.TestFraction));
        Assert.Equal("/folder/a.csv", experiment.Data.File);
        Assert.Equal(new DirichletSplit(0.1), experiment.Data.Split);
        Assert.Equal((OptimiserKind.Adam, 0.003, 16, 250_000L),
            (experiment.Program.Optimiser, experiment.Program.LearningRate, experiment.Program.Batch, experiment.Program.PaddingFloats));
        Assert.Equal([8, 4], experiment.Program.Hidden);
        Assert.Equal(("geomedian", AuditMode.Off, 20L, 9, 2),
            (experiment.Training.MergeRule, experiment.Training.Audit, experiment.Training.Rounds, experiment.Training.SyncInterval,
                experiment.Training.MinPeers));
        Assert.Equal(Timeouts.Of(Preset.Wan) with { Grace = TimeSpan.FromSeconds(2) }, experiment.Training.Timeouts);
        Assert.Equal((5, 3, CheckIn.Inactive), (experiment.Training.AuditChunks, experiment.Training.Epochs, experiment.Training.CheckIn));
        Assert.Equal(new AdaptiveInterval(2, 30, 4), experiment.Training.ToContract("leader", new ModelSchema([])).Adaptive);
        Assert.Equal([1, 2, 100], experiment.Training.Weights);
        Assert.Equal([true, false, true], Enumerable.Range(0, 3).Select(experiment.Training.MayLead));
        Assert.Equal("liars", Assert.Single(experiment.Simulation!.Entries).Key);
    }

    [Theory]
    [InlineData("weights: [1, 2]", "has 2 values for 3 nodes")]
    [InlineData("weights: [1, 2, 101]", "101")]
    [InlineData("leaders: [4]", "4")]
    [InlineData("adaptive: { on: true, least: 50, most: 40 }", "lower it")]
    [InlineData("checkIn: activ", "active")]
    [InlineData("auditChunks: 0", "0")]
    public void ARoundSettingThatIsNoneIsNamed(string setting, string words) =>
        Assert.Contains(words,
            Assert.Throws<ConfigurationException>(
                () => Read($"{{ nodes: 3, data: {{ set: digits }}, training: {{ {setting} }} }}")).Message, StringComparison.Ordinal);

    [Fact]
    public void AConvolutionalNetworkHasSettingsOfItsOwn()
    {
        var program =
            Read("nodes: 3\ndata: { set: idx, folder: x }\nprogram: { kind: cnn, channels: [4], hidden: [30], image: [6, 10] }").Program;
        Assert.Equal([4], program.Channels);
        Assert.Equal([30], program.Hidden);
        Assert.Equal(new ImageShape(6, 10), program.Image);
        program = Read("nodes: 3\ndata: { set: digits }\nprogram: { kind: cnn }").Program;
        Assert.Equal([8, 16], program.Channels);
        Assert.Empty(program.Hidden);
        Assert.Equal(new ImageShape(8, 8), program.Image);
        Assert.Null(Read("nodes: 3\ndata: { set: idx, folder: x }\nprogram: { kind: cnn }").Program.Image);
    }

    [Fact]
    public void AllMistakesComeAtOnceWithLinesAndNames()
    {
        var e = Assert.Throws<ConfigurationException>(() => Read("""
            nodes: 4
            sed: 1
            data: { set: digts, split: { by: clas } }
            program:
              kind: mpl
              hidden: [64, 0]
              lerningRate: 0.1
            training:
              minPeers: 5
              merge: { rule: meen, parameters: { f: 1 } }
              leaderTimeout: 5 minutes
              absentTimeout: 100ms
            """, "training.rouns=3"));
        Assert.Equal(
        [
            "--set training.rouns: training.rouns is not a setting; did you mean 'rounds'?",
            "/folder/f.yaml:2: sed is not a setting; did you mean 'seed'?",
            "/folder/f.yaml:3: data.set is 'digts', not one of digits, csv, idx, synthetic, own; did you mean 'digits'?",
            "/folder/f.yaml:3: data.split.by is 'clas', not one of iid, dirichlet, class, size, own; did you mean 'class'?",
            "/folder/f.yaml:5: program.kind is 'mpl', not one of softmax, mlp, synthetic, cnn, command; did you mean 'mlp'?",
            "/folder/f.yaml:6: program.hidden is 0; it must lie between 1 and 8192.",
            "/folder/f.yaml:7: program.lerningRate is not a setting; did you mean 'learningRate'?",
            "/folder/f.yaml:9: training.minPeers is 5, but there are only 4 nodes, so no round could begin; lower it to at most 3 or raise nodes.",
            $"/folder/f.yaml:10: training.merge.rule is 'meen', not one of {string.Join(", ", MergeRules.Standard.Names)}; did you mean 'mean'?",
            "/folder/f.yaml:10: training.merge.parameters.f is not a setting.",
            "/folder/f.yaml:11: training.leaderTimeout is '5 minutes', not a duration such as 500ms, 2s or 1m30s.",
            "/folder/f.yaml:12: training.absentTimeout is 100ms, but leaderTimeout, grace and the claim delays of 4 nodes add up to 5s600ms, so a healthy round would be reopened; raise it.",
        ],
        e.Mistakes.Select(mistake => mistake.ToString()));
    }

    [Theory]
    [InlineData("data: { set: digits }", "nodes is missing; give it a value.")]
    [InlineData("nodes: 4", "data.set is missing; give it one of digits, csv, idx, synthetic, own.")]
    [InlineData("nodes: 1\ndata: { set: digits }", "nodes is 1; it must lie between 2 and 1024.")]
    [InlineData("nodes: 4\ndata: { set: idx }",
        "data.folder is missing; name the folder with the four IDX files, for example --set data.folder=DIR.")]
    [InlineData("nodes: 4\ndata: { set: csv }", "data.file is missing; give it a value.")]
    [InlineData("nodes: 4\ndata: { set: csv, features: 3 }", "data.classes is missing; give it a list such as [a, b].")]
    [InlineData("nodes: 4\ndata: { set: csv, features: 3, classes: [a, b, a] }", "data.classes names a label twice; give each once.")]
    [InlineData("nodes: 4\ndata: { set: digits, split: { by: class, classesPerNode: 2 } }",
        "data.split.classesPerNode is 2, so 4 nodes hold at most 8 of 10 classes; raise it to at least 3.")]
    [InlineData("nodes: 4\ndata: { set: digits, split: { by: class, classesPerNode: 11 } }",
        "data.split.classesPerNode is 11, but digits has only 10 classes; lower it.")]
    [InlineData("nodes: 4\ndata: { set: digits, split: { by: size, proportions: [1, 2] } }",
        "data.split.proportions has 2 values for 4 nodes; give one for each node.")]
    [InlineData("nodes: 4\ndata: { set: synthetic }\nprogram: { kind: mlp }",
        "program.kind must be synthetic, because data.set is; correct one of them.")]
    [InlineData("nodes: 4\ndata: { set: digits }\nprogram: { kind: synthetic }",
        "program.kind is synthetic, but data.set is not; set data.set to synthetic too.")]
    [InlineData("nodes: 4\ndata: { set: own }\nprogram: { kind: mlp }",
        "program.kind must be command, because data.set is own; correct one of them.")]
    [InlineData("nodes: 4\ndata: { set: digits }\nprogram: { kind: command, command: [x] }",
        "program.kind is command, but data.set is not own; set data.set to own too.")]
    [InlineData("nodes: 4\ndata: { set: own }", "program.command is missing; give it a list such as [a, b].")]
    [InlineData("nodes: 4\ndata: { set: own }\nprogram: { command: [] }",
        "program.command is empty; name a program and its arguments, such as [python3, train.py].")]
    [InlineData("nodes: 4\ndata: { set: own }\nprogram: { command: [x], environment: [A] }",
        "program.environment has 'A'; write NAME=value.")]
    [InlineData("nodes: 4\ndata: { set: own, file: a, folder: b }\nprogram: { command: [x] }",
        "data.file and data.folder are both given, and a program gets one path; leave one out.")]
    [InlineData("nodes: 2\ndata: { set: own }\nprogram: { command: [x] }\ntraining: { weights: [1, 2] }",
        "training.weights is for programs of Starling's own, and the program of program.command says its weight itself, in Python as nodeWeightage; leave it out.")]
    [InlineData("nodes: 2\ndata: { set: own }\nprogram: { command: [x] }\ntraining: { epochs: 3 }",
        "training.epochs is for programs of Starling's own, and the program of program.command ends its training itself; leave it out.")]
    [InlineData("nodes: 2\ndata: { set: own }\nprogram: { command: [x] }\ntraining: { checkIn: inactive }",
        "training.checkIn is for programs of Starling's own, and the program of program.command says itself what its node does once it is done, in Python as checkinModelOnTrainEnd; leave it out.")]
    [InlineData("nodes: 4\ndata: { set: digits }\nprogram: { kind: cnn, channels: [] }",
        "program.channels names no stage; give the channels of each, such as [8, 16].")]
    [InlineData("nodes: 4\ndata: { set: digits }\nprogram: { kind: cnn, image: [4, 16] }",
        "program.image is 4 x 16, but the images of digits are 8 x 8; leave it out.")]
    [InlineData("nodes: 4\ndata: { set: idx, folder: x }\nprogram: { kind: cnn, image: [28] }",
        "program.image must be height and width in pixels, such as [28, 28].")]
    [InlineData("nodes: 4\ndata: { set: idx, folder: x }\nprogram: { kind: cnn, image: [28, 30] }",
        "program.channels names 2 stages, each of which halves both sides, but 28 x 30 cannot be halved so often without a rest; give fewer values.")]
    [InlineData("nodes: 4\ndata: { set: digits }\nprogram: { kind: cnn, channels: [2, 2, 2, 2] }",
        "program.channels names 4 stages, each of which halves both sides, but 8 x 8 cannot be halved so often without a rest; give fewer values.")]
    [InlineData("name: ../x\nnodes: 4\ndata: { set: digits }",
        "name names a folder; write letters, digits, dots, dashes and underscores, a letter or digit first.")]
    [InlineData("nodes: 4\ndata: { set: digits }\nprotocol: gosip",
        "protocol is 'gosip', not one of gossip, leader; did you mean 'gossip'?")]
    [InlineData("nodes: 4\ndata: { set: digits }\nprotocol: gossip\nprotocolParameters: { degree: 4 }",
        "protocolParameters.degree is 4, but 4 nodes have only 3 others each; lower it.")]
    [InlineData("nodes: 5\ndata: { set: digits }\nprotocol: gossip\nprotocolParameters: { degree: 3 }",
        "protocolParameters.degree is 3, but 5 nodes cannot have so many neighbours each, since both numbers are odd; write 2 or 4.")]
    [InlineData("nodes: 4\ndata: { set: digits }\nprotocol: gossip\nprotocolParameters: { degree: 1 }",
        "protocolParameters.degree is 1; it must lie between 2 and 64.")]
    [InlineData("nodes: 4\ndata: { set: digits }\nprotocolParameters: { degree: 3 }", "protocolParameters.degree is not a setting.")]
    [InlineData("nodes: 6\ndata: { set: digits }\nprotocol: gossip\ntraining: { minPeers: 5, merge: { rule: krum, parameters: { f: 1 } } }",
        "protocolParameters.degree is 2, so no node of 6 ever merges more than 3 models, and the merge rule takes at least 5 with its parameters; raise it to 4, or lower the rule's parameters.")]
    [InlineData("nodes: 7\ndata: { set: digits }\nprotocol: gossip\nprotocolParameters: { degree: 4 }\ntraining: { merge: { rule: multikrum, parameters: { m: 4 } } }",
        "protocolParameters.degree is 4, so no node of 7 ever merges more than 5 models, and the merge rule takes at least 6 with its parameters; raise it to 6, or lower the rule's parameters.")]
    [InlineData("nodes: 4\ndata: { set: digits }\nprotocol: gossip\ntraining: { merge: { rule: krum, parameters: { f: 1 } } }",
        "protocolParameters.degree is 2, so no node of 4 ever merges more than 3 models, and the merge rule takes at least 5 with its parameters; lower those, or choose another rule.")]
    [InlineData("nodes: 2\ndata: { set: digits }\nprotocol: gossip\ntraining: { merge: { rule: krum } }",
        "protocolParameters.degree is 2, so no node of 2 ever merges more than 2 models, and the merge rule takes at least 3 with its parameters; lower those, or choose another rule.")]
    public void EachRuleHasASentence(string yaml, string expected)
    {
        var mistake = Assert.Single(Assert.Throws<ConfigurationException>(() => Read(yaml)).Mistakes);
        Assert.EndsWith($": {expected}", mistake.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_of_ones_own_is_started_by_full_paths_wherever_its_node_is()
    {
        var folder = Directory.CreateTempSubdirectory("starling-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "train.py"), "");
            var file = Path.Combine(folder.FullName, "e.yaml");
            File.WriteAllText(file,
                "nodes: 2\ndata: { set: own, folder: rows }\nprogram: { command: [python3, train.py, other.py], environment: [EPOCHS=3, X=], openTimeout: 1h }\n");
            var launch = ExperimentReader.ReadFile(file).Program.Command!;
            Assert.Equal(["python3", Path.Combine(folder.FullName, "train.py"), "other.py"], launch.Words);
            Assert.Equal(["EPOCHS=3", $"STARLING_DATA={folder.FullName}/rows", "X="],
                launch.Environment.Select(variable => $"{variable.Key}={variable.Value}"));
            Assert.Equal(TimeSpan.FromHours(1), launch.OpenTimeout);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void AProtocolsParametersGoIntoItsContract()
    {
        var experiment = Read(Smallest, "protocol=gossip", "protocolParameters.degree=3");
        var contract = experiment.ToContract(ExperimentProblem.Load(experiment).Node(0).Schema);
        Assert.Equal(("gossip", KeyValuePair.Create("degree", 3.0)), (contract.Protocol, Assert.Single(contract.ProtocolParameters)));
        Assert.True(contract.IsValid);
        // Where there are no rounds it is the degree, and not minPeers, that says how many models a merge has.
        Read("nodes: 6\ndata: { set: digits }\n", "protocol=gossip", "protocolParameters.degree=4", "training.minPeers=2",
            "training.merge.rule=krum", "training.merge.parameters.f=1");
        Assert.Equal(2, Assert.Single(Read("nodes: 2\ndata: { set: digits }\n", "protocol=gossip").ProtocolParameters).Value);
        Assert.Empty(Read(Smallest).ProtocolParameters);
    }

    [Fact]
    public void OverridesWinAndStartAtTheWorkingDirectory()
    {
        var experiment =
            Read("nodes: 4\ndata: { set: idx, folder: here }\n", "data.folder=there", "program.hidden=[5]", "training.rounds=3");
        Assert.Equal(Path.Combine(Directory.GetCurrentDirectory(), "there"), experiment.Data.Folder);
        Assert.Equal([5], experiment.Program.Hidden);
        Assert.Equal(3, experiment.Training.Rounds);
        Assert.Equal("/folder/here", Read("nodes: 4\ndata: { set: idx, folder: here }\n").Data.Folder);
    }

    [Fact]
    public void AFrozenExperimentIsTheSame()
    {
        var experiment = Read(Smallest, "data.set=idx", "data.folder=x", "training.minPeers=2");
        var frozen = ExperimentReader.Read(
            YamlTreeReader.Read("/elsewhere/frozen.yaml", YamlTreeWriter.Write(experiment.Tree), YamlBounds.Experiment));
        Assert.Equal(experiment.Effective, frozen.Effective);
        Assert.Equal(experiment.Data, frozen.Data);
    }

    [Fact]
    public void TheContractIsValid()
    {
        foreach (var preset in Enum.GetValues<Preset>())
        {
            var experiment = Read(Smallest, $"training.preset={preset.ToString().ToLowerInvariant()}", "program.pad=100MB");
            var schema = ExperimentProblem.Load(experiment).Node(0).Schema;
            var contract = experiment.Training.ToContract(experiment.Protocol, schema);
            Assert.True(contract.IsValid);
            Assert.Equal(schema.Hash, contract.SchemaHash);
            Assert.InRange(contract.MaxModelBytes, schema.FloatCount * 4, (schema.FloatCount * 4) + (2 << 20));
        }
    }

    [Theory]
    [InlineData("digits")]
    [InlineData("cnn")]
    [InlineData("mnist", "data.folder=anywhere")]
    [InlineData("synthetic")]
    public void TheExamplesAreRight(string name, params string[] overrides)
    {
        var experiment = ExperimentReader.ReadFile(RepositoryFiles.Find("examples", $"{name}.yaml"), overrides);
        Assert.Equal(name, experiment.Name);
        Assert.InRange(experiment.Training.MinPeers, (experiment.Nodes / 2) + 1, experiment.Nodes - 1);
        if (experiment.Data.Split is ClassSplit split)
            Assert.InRange(split.ClassesPerNode, 2, 4);
    }

    private static Experiment Read(string yaml, params string[] overrides) =>
        ExperimentReader.Read(YamlTreeReader.Read("/folder/f.yaml", yaml, YamlBounds.Experiment), overrides);
}
