using System.Collections.Immutable;
using System.Globalization;
using Starling.Api;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;
using Starling.Core.Models;
using Starling.Learning.Data;
using Starling.Learning.Experiments;
using Starling.Learning.Programs;

namespace Starling.Cli.Models;

/// <summary>Finds the rows that a model is to be used on.</summary>
internal static class EvaluationData
{
    private const string Digits = "digits";

    /// <summary>Loads rows: <c>digits</c>, a CSV file, or a folder with the test files of an IDX set.</summary>
    /// <param name="where">Which.</param>
    /// <param name="format">How to read a CSV file.</param>
    /// <exception cref="DataException">They cannot be read.</exception>
    public static DataSet Load(string where, CsvFormat format)
    {
        if (where == Digits)
            return DigitsData.Load();
        if (!Path.Exists(where))
            throw new CommandException(ExitCode.Data,
                UnknownName.Sentence("data set", where, [Digits], command: null, ", and no file or folder of this name"));
        return Directory.Exists(where)
            ? IdxLoader.Load(IdxLoader.Find(where, "t10k-images-idx3-ubyte"), IdxLoader.Find(where, "t10k-labels-idx1-ubyte"))
            : CsvLoader.Load(where, format);
    }

    /// <summary>The rows that a run's nodes measured on.</summary>
    /// <exception cref="CommandException">The run has none.</exception>
    public static DataSet Of(RunFolder run) => ExperimentProblem.Load(run.ReadExperiment()).Test ?? throw new CommandException(
        ExitCode.Data, $"{run.Name} trains the synthetic problem, which has no rows; its result is in {run.Summary}.");

    /// <summary>A model that is a classifier, with rows that fit it.</summary>
    /// <param name="path">The model's file, as messages call it.</param>
    /// <param name="schema">Its tensors.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="run">The run that trained it, whose classes are the model's; null if none is known.</param>
    /// <exception cref="CommandException">The model is no classifier, or the rows do not fit.</exception>
    public static (ClassifierModel Model, DataSet Rows) Fit(string path, ModelSchema schema, DataSet rows,
        RunFolder? run)
    {
        var model = ClassifierModel.Recognise(schema) ?? throw new CommandException(
            ExitCode.Data, $"{path}: is no classifier of Starling's own; only those that 'starling run' trains can be used here.");
        if (rows.Columns != model.Columns)
            throw new CommandException(
                ExitCode.Data,
                $"{path}: takes {model.Columns} features a row, but {rows.Name} has {rows.Columns}; use rows of the kind that the model was trained on.");
        return (model, WithClasses(path, model, rows, run));
    }

    // A part of a set may lack a class: the run's rows have them all, and where classes are the numbers from 0, it is plain which.
    private static DataSet WithClasses(string path, ClassifierModel model, DataSet rows, RunFolder? run)
    {
        if (rows.Classes == model.Classes)
            return rows;
        ImmutableArray<string> numbers = [.. Enumerable.Range(0, model.Classes).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        foreach (var classes in (ImmutableArray<string>[])[ClassesOf(run), numbers])
            if (classes.Length == model.Classes && rows.ClassNames.All(name => classes.Contains(name)))
                return rows.WithClasses(classes);
        throw new CommandException(
            ExitCode.Data,
            $"{path}: tells {model.Classes} classes apart, but {rows.Name} has {rows.Classes}; use rows of the kind that the model was trained on, or name its classes with --classes.");
    }

    private static ImmutableArray<string> ClassesOf(RunFolder? run)
    {
        try
        {
            return run is null ? [] : ExperimentProblem.Load(run.ReadExperiment()).Test?.ClassNames ?? [];
        }
        catch (DataException)
        {
            return [];
        }
    }
}
