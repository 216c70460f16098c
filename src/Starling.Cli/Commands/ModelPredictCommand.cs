using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Starling.Cli.Models;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;
using Starling.Learning.Data;
using Starling.Learning.Metrics;

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
            using var output = new StreamWriter(Console.OpenStandardOutput());
            Write(output, model.Predict(state, rows), rows, parsed.GetValue(CommandOutput.Json), !Console.IsOutputRedirected);
        });
        return command;
    }

    /// <summary>Writes a line for each row.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="scores">What the model says: rows x classes.</param>
    /// <param name="rows">The rows, with the model's classes.</param>
    /// <param name="isJson">Whether each is a JSON object.</param>
    /// <param name="isTerminal">Whether a person reads it, whom labels must not do anything but be read.</param>
    internal static void Write(TextWriter output, float[] scores, DataSet rows, bool isJson, bool isTerminal)
    {
        if (!isJson)
            output.WriteLine("row,label,predicted,probability");
        for (var row = 0; row < rows.Rows; row++)
        {
            var of = scores.AsSpan(row * rows.Classes, rows.Classes);
            var best = ClassificationMetrics.Predict(of);
            var (label, predicted) = (rows.ClassNames[rows.Labels[row]], rows.ClassNames[best]);
            var line = isJson
                ? JsonSerializer.Serialize(PredictionLine.Of(row, label, predicted, of[best]), CliJson.Default.PredictionLine)
                : string.Create(CultureInfo.InvariantCulture, $"{row},{Quoted(label)},{Quoted(predicted)},{of[best]:0.######}");
            output.WriteLine(isTerminal ? ShownText.Line(line) : line);
        }
    }

    private static string Quoted(string name) =>
        name.AsSpan().IndexOfAny(",\"") < 0 ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
