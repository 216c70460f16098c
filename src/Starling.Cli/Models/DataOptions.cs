using System.Collections.Immutable;
using System.CommandLine;
using Starling.Api;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;
using Starling.Core.Models;
using Starling.Learning.Data;
using Starling.Learning.Programs;

namespace Starling.Cli.Models;

/// <summary>The options by which commands are told on which rows to use which model.</summary>
internal sealed class DataOptions
{
    private readonly Argument<string?> model =
        new("model") { Description = "A safetensors file; the run's own model unless given.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> data =
        new("--data") { Description = "digits, a CSV file, or a folder with an IDX test set; the run's held-out rows unless given." };
    private readonly Option<string?> label = new("--label")
    {
        Description = "Of a CSV file, the label's column: its name, its index from 0, or 'last'; the run's unless given, else 'last'."
    };
    private readonly Option<double?> divideBy =
        new("--divide-by") { Description = "Of a CSV file, what every feature is divided by; what the run has unless given, else 1." };
    private readonly Option<string?> classes =
        new("--classes") { Description = "The labels in the order in which the model gives them, such as low,middle,high; the run's unless given." };
    private readonly Option<string?> run = new("--run") { Description = "A run, by its name or folder." };
    private readonly Option<string> output = RunFolder.Option();

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(model);
        foreach (var option in (Option[])[data, label, divideBy, classes, run, output])
            command.Add(option);
    }

    /// <summary>Opens the model and the rows, which fit it.</summary>
    /// <exception cref="CommandException">Neither a model nor a run is given, or no rows, or the rows do not fit.</exception>
    /// <exception cref="DataException">The rows cannot be read, or have other labels than were given.</exception>
    public (string Path, ModelState State, ClassifierModel Model, DataSet Rows) Open(ParseResult parsed)
    {
        var folder = parsed.GetValue(run) is { } name ? RunFolder.Find(parsed.GetValue(output)!, name) : null;
        var path = parsed.GetValue(model) ?? folder?.Model
            ?? throw new CommandException(ExitCode.Usage, "name a model's file, or a run with --run.");
        var rows = Rows(parsed, folder);
        var given = Classes(parsed);
        // The run's own rows need not be compared with themselves.
        var trained = folder is null || parsed.GetValue(data) is null ? null : EvaluationData.ToCompare(folder, given is null);
        if (trained is not null)
            rows.RequireColumnsOf(trained);
        if (given is { } named)
            rows = new DataForm(rows.Columns, named).Take(rows, "--classes");
        var state = ModelFile.Load(path);
        var (classifier, fitting) = EvaluationData.Fit(path, state.Schema, rows, given is null ? trained : null);
        return (path, state, classifier, fitting);
    }

    private DataSet Rows(ParseResult parsed, RunFolder? folder)
    {
        if (parsed.GetValue(data) is not { } where)
            return EvaluationData.Of(folder ?? throw new CommandException(ExitCode.Usage, "name rows with --data, or a run with --run."));
        var trained = folder?.ReadExperiment().Data;
        var format = trained?.Format ?? new CsvFormat();
        if (!(parsed.GetValue(divideBy) is var divisor && divisor is null or > 0 and < double.PositiveInfinity))
            throw new CommandException(ExitCode.Usage, "--divide-by must be a number above 0.");
        var rows = EvaluationData.Load(
            where, new CsvFormat(parsed.GetValue(label) ?? format.Label, divisor ?? format.DivideBy));
        return trained?.Form is { } form && parsed.GetValue(classes) is null ? form.Take(rows) : rows;
    }

    private ImmutableArray<string>? Classes(ParseResult parsed)
    {
        if (parsed.GetValue(classes) is not { } text)
            return null;
        ImmutableArray<string> given = [.. text.Split(',', StringSplitOptions.TrimEntries)];
        return given.All(name => name.Length > 0) && given.Distinct(StringComparer.Ordinal).Count() == given.Length
            ? given
            : throw new CommandException(ExitCode.Usage, "--classes takes labels with commas between them, each once, such as low,middle,high.");
    }
}
