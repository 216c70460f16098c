using System.CommandLine;
using Starling.Api;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;
using Starling.Learning.Data;

namespace Starling.Cli.Models;

/// <summary>The options by which commands are told on which rows to use which model.</summary>
internal sealed class DataOptions
{
    private readonly Argument<string?> model =
        new("model") { Description = "A safetensors file; the run's own model unless given.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> data =
        new("--data") { Description = "digits, a CSV file, or a folder with an IDX test set; the run's held-out rows unless given." };
    private readonly Option<string> label = new("--label")
    {
        Description = "Of a CSV file, the label's column: its name, its index from 0, or 'last'.",
        DefaultValueFactory = _ => "last"
    };
    private readonly Option<double> divideBy =
        new("--divide-by") { Description = "Of a CSV file, what every feature is divided by.", DefaultValueFactory = _ => 1 };
    private readonly Option<string?> run = new("--run") { Description = "A run, by its name or folder." };
    private readonly Option<string> output =
        new("--out") { Description = "The folder that runs are kept in.", DefaultValueFactory = _ => RunFolder.DefaultBase };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(model);
        foreach (var option in (Option[])[data, label, divideBy, run, output])
            command.Add(option);
    }

    /// <summary>Finds the model's file and the rows.</summary>
    /// <exception cref="CommandException">Neither a model nor a run is given, or no rows.</exception>
    public (string Model, DataSet Rows) Find(ParseResult parsed)
    {
        var folder = parsed.GetValue(run) is { } name ? RunFolder.Find(parsed.GetValue(output)!, name) : null;
        var path = parsed.GetValue(model) ?? folder?.Model
            ?? throw new CommandException(ExitCode.Usage, "name a model's file, or a run with --run.");
        if (!(parsed.GetValue(divideBy) is var divisor && double.IsFinite(divisor) && divisor > 0))
            throw new CommandException(ExitCode.Usage, "--divide-by must be a number above 0.");
        if (parsed.GetValue(data) is { } where)
            return (path, EvaluationData.Load(where, new CsvFormat(parsed.GetValue(label)!, divisor)));
        return (path,
            EvaluationData.Of(folder ?? throw new CommandException(ExitCode.Usage, "name rows with --data, or a run with --run.")));
    }
}
