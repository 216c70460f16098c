using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Starling.Api;
using Starling.Cli.Control;
using Starling.Cli.Control.Tasks;
using Starling.Cli.Models;
using Starling.Cli.Terminal;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Models;
using Starling.Core.Training;
using Starling.Learning.Data;
using Starling.Learning.Experiments;

namespace Starling.Cli.Commands.Contracts;

/// <summary><c>starling contract create</c>: founds a training contract whose members are the operators of a task runner.</summary>
internal static class ContractCreateCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var name = new Argument<string>("name") { Description = "The contract's name, for ever." };
        var experiment =
            new Option<string?>("--experiment") { Description = "The experiment file: its settings and model are the contract's." };
        var task = new Option<string?>("--task") { Description = "The same from the body of a task's file, in place of --experiment." };
        var model = new Option<string?>("--model")
        {
            Description = "A safetensors file of the model, where a program of yours trains: its tensors are the contract's."
        };
        var runner = new Option<string?>("--runner") { Description = "The task runner whose operators are the members." };
        return new ExampledCommand("create", "Founds a training contract; you are its admin.",
            "starling contract create digits --experiment examples/digits.yaml --runner lab",
            "starling contract create digits --task train.yaml",
            "starling contract create mnist --experiment experiment.yaml --model initial.safetensors")
        {
            name, experiment, task, model, runner,
        }.Does(async (session, parsed, cancellation) =>
        {
            var contract = ControlSession.ContractNamed(parsed.GetValue(name)!);
            var read = (parsed.GetValue(experiment), parsed.GetValue(task)) switch
            {
                ({ } file, null) => ExperimentReader.ReadFile(file),
                (null, { } file) => ExperimentReader.Read(YamlTreeReader.Read(file, TaskFile.Read(file).Body, YamlBounds.Experiment)),
                _ => throw new CommandException(ExitCode.Usage,
                    "give either --experiment, or --task for a task whose body is the experiment."),
            };
            var lab = await session.RunnerAsync(parsed.GetValue(runner), cancellation).ConfigureAwait(false);
            var found = await ComposeAsync(session, lab, read, SchemaOf(read, parsed.GetValue(model)), cancellation).ConfigureAwait(false);
            var answer = await session.FoundAsync(contract.Value, TrainingEntryCodec.Encode(found), TrainingState.FoldVersion, cancellation)
                .ConfigureAwait(false);
            parsed.Print(answer, ApiJson.Default.EntryAnswer, output => output.WriteLine(
                string.Create(CultureInfo.InvariantCulture,
                    $"{contract} {ControlSession.Founded(answer)} with {found.Members.Count} members of {lab} ({answer.Entry[..12]})")));
        });
    }

    private static ModelSchema SchemaOf(Experiment experiment, string? model)
    {
        if (model is not null)
        {
            using var file = ModelFile.Open(model);
            return file.Source.Schema;
        }

        try
        {
            return ExperimentProblem.SchemaOf(experiment);
        }
        catch (DataException e) when (experiment.Data.Form is null)
        {
            throw new CommandException(ExitCode.Data,
                $"{e.Message} The shape of the model follows from the rows: where they are not on this host, say what they are like in data.features and data.classes.", e);
        }
    }

    private static async Task<Found> ComposeAsync(ControlSession session, string lab, Experiment experiment, ModelSchema schema,
        CancellationToken cancellation)
    {
        var runner = await session.Client.GetRunnerAsync(lab, cancellation).ConfigureAwait(false);
        var operators =
            await ControlSession.AllAsync(after => session.Client.GetOperatorsAsync(lab, after, cancellation)).ConfigureAwait(false);
        var settings = experiment.ToContract(schema);
        if (operators.Count < settings.MinPeers)
            throw new CommandException(ExitCode.Configuration, string.Create(
                CultureInfo.InvariantCulture,
                $"{lab} has {operators.Count} operators, and a round of the experiment needs {settings.MinPeers} (training.minPeers); enrol more, or lower it."));
        var members = operators.Select((member, place) => new Enrolment(
            NodeId.Parse(member.Operator), place >= experiment.Nodes || experiment.Training.MayLead(place),
            [.. member.Certificates.Select(certificate => certificate.ToImmutableArray())]));
        return new Found(settings, [.. runner.Anchors.Select(anchor => anchor.ToImmutableArray())], [session.Identity.Enrolment],
            [.. members]);
    }
}
