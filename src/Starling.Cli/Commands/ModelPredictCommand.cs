using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Starling.Cli.Models;
using Starling.Cli.Terminal;
using Starling.Learning.Data;
using Starling.Learning.Metrics;
using Starling.Learning.Programs;

namespace Starling.Cli.Commands;

/// <summary><c>starling model predict</c>: says which class each row belongs to.</summary>
internal static class ModelPredictCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var options = new DataOptions();
        var command = new ExampledCommand(
            "predict", "Predicts each row's class: comma-separated values on standard output, or a JSON object a line.",
            "starling model predict --run digits-1 | head",
            "starling model predict model.safetensors --data rows.csv > predictions.csv");
        options.AddTo(command);
        command.Add(CommandOutput.Json);
        command.SetAction(parsed =>
        {
            var (_, state, model, rows) = options.Open(parsed);
            Write(model.Predict(state, rows), model, rows, parsed.GetValue(CommandOutput.Json));
        });
        return command;
    }

    private static void Write(float[] scores, ClassifierModel model, DataSet rows, bool isJson)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput());
        if (!isJson)
            output.WriteLine("row,label,predicted,probability");
        for (var row = 0; row < rows.Rows; row++)
        {
            var of = scores.AsSpan(row * model.Classes, model.Classes);
            var best = ClassificationMetrics.Predict(of);
            var (label, predicted) = (rows.ClassNames[rows.Labels[row]], rows.ClassNames[best]);
            output.WriteLine(isJson
                ? JsonSerializer.Serialize(PredictionLine.Of(row, label, predicted, of[best]), CliJson.Default.PredictionLine)
                : string.Create(CultureInfo.InvariantCulture, $"{row},{Quoted(label)},{Quoted(predicted)},{of[best]:0.######}"));
        }
    }

    private static string Quoted(string name) =>
        name.AsSpan().IndexOfAny(",\"") < 0 ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
