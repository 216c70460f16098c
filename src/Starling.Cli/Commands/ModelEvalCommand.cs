using System.CommandLine;
using System.Globalization;
using Starling.Cli.Models;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;

namespace Starling.Cli.Commands;

/// <summary><c>starling model eval</c>: measures a classifier on rows.</summary>
internal static class ModelEvalCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var options = new DataOptions();
        var command = new ExampledCommand(
            "eval", "Measures a model: accuracy, loss, AUC and F1.",
            "starling model eval --run digits-1                                    # on the rows that the run held back",
            "starling model eval model.safetensors --data digits",
            "starling model eval model.safetensors --data rows.csv --label class --divide-by 16");
        options.AddTo(command);
        command.Add(CommandOutput.Json);
        command.SetAction(parsed =>
        {
            var (path, state, model, rows) = options.Open(parsed);
            var score = Score.Of(model.Evaluate(state, rows));
            parsed.Print(new ScoreReport(Path.GetFullPath(path), rows.Name, score), CliJson.Default.ScoreReport,
                output => output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"accuracy {Quantity.Percent(score.Accuracy)}, loss {Quantity.Number(score.Loss)}, AUC {Quantity.Number(score.Auc)}, F1 {Quantity.Number(score.F1)} on {score.Examples} rows of {rows.Name}")));
        });
        return command;
    }
}
