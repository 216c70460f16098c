using System.CommandLine;
using System.Globalization;
using Starling.Api;
using Starling.Cli.Models;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;
using Starling.Core.Merging;

namespace Starling.Cli.Commands;

/// <summary><c>starling merge</c>: merges safetensors files without any node.</summary>
internal static class MergeCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var rule = new Option<string>("--rule")
        {
            Description = $"The merge rule: {string.Join(", ", MergeRules.Standard.Names)}.",
            DefaultValueFactory = _ => MergeRules.Default
        };
        var weights = new Option<string?>("--weights")
        {
            Description = "A whole number for each model, with commas between them; 1 each if they are not given."
        };
        var parameters = new Option<string[]>("--param") { Description = "A parameter of the rule, name=value; may be repeated." };
        var integers = new Option<IntegerPolicy>("--integers")
        {
            Description = "What becomes of integer tensors: those of the model that the rule chose, or else the weighted median of each; or the rounded mean."
        };
        var output = new Option<string>("--out") { Description = "The file to write.", Required = true };
        var models = new Argument<string[]>("models") { Description = "Safetensors files of one schema.", Arity = ArgumentArity.OneOrMore };
        var command = new ExampledCommand(
            "merge", "Merges models into one, offline.",
            "starling merge --out merged.safetensors a.safetensors b.safetensors             # the mean",
            "starling merge --rule coordmedian --weights 3,1,1 --out m.safetensors a b c     # the weighted median",
            "starling merge --rule geomedian --param tolerance=1e-9 --out m.safetensors a b  # the geometric median",
            "starling merge --rule krum --param f=1 --out m.safetensors a b c d e            # the one that lies closest to its neighbours")
        {
            rule, weights, parameters, integers, output, CommandOutput.Json, models,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var chosen = Rule(parsed.GetValue(rule)!);
            var report = Merge(
                chosen, Parameters(chosen, parsed.GetValue(parameters) ?? []), parsed.GetValue(models)!, parsed.GetValue(weights),
                parsed.GetValue(integers), parsed.GetValue(output)!, cancellation);
            parsed.Print(report, CliJson.Default.MergeReport, text => text.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{parsed.GetValue(output)}: {report.Models} models by {report.Rule}, {report.Parameters:N0} parameters, blob {report.Merged}")));
            return Task.FromResult(0);
        });
        return command;
    }

    private static MergeReport Merge(
        IMergeRule rule, MergeParameters parameters, string[] paths, string? weights, IntegerPolicy integers, string output,
        CancellationToken cancellation)
    {
        var counts = Weights(weights, paths.Length);
        var schema = ModelMerge.Write(rule, parameters, [.. paths.Zip(counts)], integers, output, cancellation);
        return new MergeReport(rule.Name, paths.Length, schema.Tensors.Sum(tensor => tensor.Count), Path.GetFullPath(output),
            ModelDigest.Of(output).ToString());
    }

    private static IMergeRule Rule(string name) => MergeRules.Standard.Find(name) ?? throw new CommandException(ExitCode.Usage,
        UnknownName.Sentence("merge rule", name, MergeRules.Standard.Names, command: null));

    private static MergeParameters Parameters(IMergeRule rule, string[] given)
    {
        var values = new List<KeyValuePair<string, double>>();
        foreach (var assignment in given)
        {
            var parts = assignment.Split('=', 2);
            if (parts.Length != 2 || !double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                throw new CommandException(ExitCode.Usage,
                    $"--param {Mistake.Shorten(assignment)} is not a name and a number; write --param name=value.");
            values.Add(KeyValuePair.Create(parts[0], value));
        }

        var (parameters, errors) = MergeParameters.Check(rule, values);
        return parameters ?? throw new CommandException(ExitCode.Usage, string.Join('\n', errors));
    }

    private static long[] Weights(string? text, int models)
    {
        if (models > MergeInputs.MaxCount)
            throw new CommandException(ExitCode.Usage, $"{models} models are too many; merge at most {MergeInputs.MaxCount} at once.");
        if (text is null)
            return [.. Enumerable.Repeat(1L, models)];
        var parts = text.Split(',');
        if (parts.Length != models)
            throw new CommandException(ExitCode.Usage, $"--weights has {parts.Length} values for {models} models; give one for each.");
        return Array.ConvertAll(parts, part =>
            long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var weight)
                && weight is >= WeightedModel.MinWeight and <= WeightedModel.MaxWeight
                ? weight
                : throw new CommandException(ExitCode.Usage,
                    $"--weights has '{Mistake.Shorten(part)}'; a weight is a whole number from {WeightedModel.MinWeight} to {WeightedModel.MaxWeight}."));
    }
}
