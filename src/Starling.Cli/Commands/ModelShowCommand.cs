using System.CommandLine;
using System.Globalization;
using Starling.Cli.Models;
using Starling.Cli.Terminal;
using Starling.Core.Models;

namespace Starling.Cli.Commands;

/// <summary><c>starling model show</c>: what is in a model's file.</summary>
internal static class ModelShowCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var model = new Argument<string>("file") { Description = "A safetensors file." };
        var command = new ExampledCommand(
            "show", "Lists a model's tensors: type, shape, count, least, greatest, mean and norm.",
            "starling model show runs/digits-1/model.safetensors")
        {
            model, CommandOutput.Json,
        };
        command.SetAction(parsed => Show(parsed.GetValue(model)!, parsed));
        return command;
    }

    private static void Show(string path, ParseResult parsed)
    {
        using var file = ModelFile.Open(path);
        var summary = ModelSummary.Of(file.Source);
        var digest = ModelDigest.Of(path).ToString();
        parsed.Print(Report(path, digest, summary), CliJson.Default.ModelReport, output => Write(output, digest, summary));
    }

    private static ModelReport Report(string path, string digest, ModelSummary summary) => new(
        Path.GetFullPath(path), digest, summary.SchemaHash.ToString(), summary.Parameters, summary.Bytes,
        [.. summary.Tensors.Select(
            t => new TensorReport(t.Name, t.Type.Format(), t.Shape, t.Count, t.NotFinite, t.Minimum, t.Maximum, t.Mean, t.Norm))]);

    private static void Write(TextWriter output, string digest, ModelSummary summary)
    {
        var table = new TextTable("tensor", "type", "shape", ">count", ">min", ">max", ">mean", ">norm", ">not finite");
        foreach (var t in summary.Tensors)
            table.Add(
                t.Name, t.Type.Format(), $"[{string.Join(", ", t.Shape)}]", t.Count.ToString(CultureInfo.InvariantCulture),
                Quantity.Number(t.Minimum),
                Quantity.Number(t.Maximum), Quantity.Number(t.Mean), Quantity.Number(t.Norm),
                t.NotFinite.ToString(CultureInfo.InvariantCulture));
        table.Write(output);
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{summary.Parameters:N0} parameters, {Quantity.Bytes(summary.Bytes)}"));
        output.WriteLine($"schema {summary.SchemaHash}");
        output.WriteLine($"blob   {digest}");
    }
}
