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
    /// <exception cref="DataException">They cannot be read.</exception>
    public static DataSet Of(RunFolder run)
    {
        var experiment = run.ReadExperiment();
        if (run.ChangedRows(experiment) is { } changed)
            throw new CommandException(ExitCode.Data, $"{changed}, or name other rows with --data.");
        return ExperimentProblem.Load(experiment).Test ?? throw new CommandException(
            ExitCode.Data, $"{run.Name} trains the synthetic problem, which has no rows; its result is in {run.Summary}.");
    }

    /// <summary>
    /// The same to compare other rows with; null if there are none any more, as on another host than the run's.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="tellsClasses">Whether nothing else tells the model's classes.</param>
    /// <exception cref="CommandException">The rows are others by now, and would tell the classes.</exception>
    public static DataSet? ToCompare(RunFolder run, bool tellsClasses)
    {
        try
        {
            var experiment = run.ReadExperiment();
            if (run.ChangedRows(experiment) is not { } changed)
                return ExperimentProblem.Load(experiment).Test;
            return tellsClasses && experiment.Data.Form is null
                ? throw new CommandException(ExitCode.Data, $"{changed}, or name the model's classes with --classes.")
                : null;
        }
        catch (DataException)
        {
            return null;
        }
    }

    /// <summary>A model that is a classifier, with rows that fit it.</summary>
    /// <param name="path">The model's file, as messages call it.</param>
    /// <param name="schema">Its tensors.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="trained">The rows of the run that trained it, whose classes are the model's; null if none are known.</param>
    /// <exception cref="CommandException">The model is no classifier, or the rows do not fit.</exception>
    /// <exception cref="DataException">The rows have other labels than the run's.</exception>
    public static (ClassifierModel Model, DataSet Rows) Fit(string path, ModelSchema schema, DataSet rows, DataSet? trained)
    {
        var model = ClassifierModel.Recognise(schema) ?? throw new CommandException(
            ExitCode.Data, $"{path}: is no classifier of Starling's own; only those that 'starling run' trains can be used here.");
        if (rows.Columns != model.Columns)
            throw new CommandException(
                ExitCode.Data,
                $"{path}: takes {model.Columns} features a row, but {rows.Name} has {rows.Columns}; use rows of the kind that the model was trained on.");
        return (model, WithClasses(path, model, rows, trained));
    }

    // The run's rows have all classes. A part of a set may lack one: where classes are the numbers from 0, it is plain which.
    private static DataSet WithClasses(string path, ClassifierModel model, DataSet rows, DataSet? trained)
    {
        if (trained?.Classes == model.Classes)
            return new DataForm(rows.Columns, trained.ClassNames)
                .Take(rows, $"those of {trained.Name}, which the model was trained on", "take its rows out, or name the model's classes with --classes");
        if (rows.Classes == model.Classes)
            return rows;
        ImmutableArray<string> numbers = [.. Enumerable.Range(0, model.Classes).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        if (rows.ClassNames.All(name => numbers.Contains(name)))
            return rows.WithClasses(numbers);
        throw new CommandException(
            ExitCode.Data,
            $"{path}: tells {model.Classes} classes apart, but {rows.Name} has {rows.Classes}; use rows of the kind that the model was trained on, or name its classes with --classes.");
    }
}
