using System.Globalization;
using Starling.Api;
using Starling.Cli.Terminal;
using Starling.Core.Merging;
using Starling.Core.Models;

namespace Starling.Cli.Models;

/// <summary>Merges safetensors files into one, piece by piece.</summary>
internal static class ModelMerge
{
    /// <summary>Writes the merge.</summary>
    /// <param name="rule">The merge rule.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="models">The files and their weights.</param>
    /// <param name="integers">What becomes of integer tensors.</param>
    /// <param name="output">The file to write.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The schema of all of them.</returns>
    /// <exception cref="CommandException">A file is no model, their schemas differ, or they cannot be merged so.</exception>
    public static ModelSchema Write(
        IMergeRule rule, MergeParameters parameters, IReadOnlyList<(string Path, long Weight)> models, IntegerPolicy integers,
        string output, CancellationToken cancellation)
    {
        var files = new List<ModelFile>();
        try
        {
            foreach (var (path, _) in models)
                files.Add(ModelFile.Open(path));
            var schema = files[0].Source.Schema;
            foreach (var file in files)
                RequireSchema(file, files[0]);
            var inputs = MergeInputs.InOrder(files.Select((file, i) => new WeightedModel(file.Source, models[i].Weight)));
            using var target = new ModelOutput(output, schema);
            if (Merger.Merge(rule, parameters, inputs, integers, target.Sink, new ParallelBlocks(cancellation)) is { } fault)
                throw new CommandException(fault.Kind == MergeFaultKind.TooFewStates ? ExitCode.Usage : ExitCode.Data,
                    Explain(rule, parameters, fault, files));
            target.Complete();
            return schema;
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    private static void RequireSchema(ModelFile file, ModelFile first)
    {
        var (actual, expected) = (file.Source.Schema, first.Source.Schema);
        if (actual.Hash == expected.Hash)
            return;
        var name = actual.Tensors.Concat(expected.Tensors).Select(tensor => tensor.Name).Order(StringComparer.Ordinal)
            .First(name => Describe(actual, name) != Describe(expected, name));
        throw new CommandException(ExitCode.Data,
            $"{file.Path} and {first.Path} are no models of one kind: tensor '{name}' is {Describe(actual, name)} in the one and {Describe(expected, name)} in the other; merge models of one schema.");
    }

    private static string Describe(ModelSchema schema, string name) => schema.IndexOf(name) is >= 0 and var index
        ? $"{schema.Tensors[index].Type.Format()} [{string.Join(", ", schema.Tensors[index].Shape)}]"
        : "missing";

    private static string Explain(IMergeRule rule, MergeParameters parameters, MergeFault fault, List<ModelFile> files)
    {
        if (fault.Kind == MergeFaultKind.TooFewStates)
        {
            var raised = rule.Parameters.Where(p => parameters[p.Name] > p.Default).Select(p => $"--param {p.Name}").ToArray();
            var remedy = raised.Length == 0 ? "choose another rule" : $"lower {string.Join(" or ", raised)}";
            return $"{rule.Name} takes at least {fault.Element} models with these parameters, and there are {files.Count}; give more models or {remedy}.";
        }
        var schema = files[0].Source.Schema;
        var where =
            fault.Kind is MergeFaultKind.InputNotFinite or MergeFaultKind.ResultNotFinite && schema.TensorAt(fault.Element) is var tensor
            ? string.Create(CultureInfo.InvariantCulture,
                $"element {fault.Element - schema.OffsetOf(tensor)} of tensor '{schema.Tensors[tensor].Name}'")
            : string.Create(CultureInfo.InvariantCulture, $"element {fault.Element} of an integer tensor");
        return fault.Kind switch
        {
            MergeFaultKind.InputNotFinite => $"{files[fault.Input].Path}: {where} is a NaN or infinite; leave this model out.",
            MergeFaultKind.InputOutOfRange => $"{files[fault.Input].Path}: {where} is outside the range of its type; leave this model out.",
            MergeFaultKind.ResultNotFinite =>
                $"the merge has a NaN or an infinity at {where} though no model has; the models' numbers are too large to be merged.",
            _ => $"{files[Math.Max(0, fault.Input)].Path}: has another schema than {files[0].Path}; merge models of one schema.",
        };
    }
}
