using Starling.Core.Kernel;
using Starling.Learning.Data;

namespace Starling.Learning.Experiments;

/// <summary>Loads the rows that an experiment names.</summary>
public static class DataSources
{
    /// <summary>The training and test rows; null for the synthetic problem, which has none.</summary>
    /// <param name="settings">Where they come from.</param>
    /// <param name="random">Draws the rows to hold back, where that is needed.</param>
    /// <exception cref="DataException">They cannot be read, or are not as the experiment says.</exception>
    public static HoldOut? Load(DataSettings settings, SeededRandom random)
    {
        var rows = settings.Set switch
        {
            DataSource.Digits => HoldOut.Draw(DigitsData.Load(), settings.TestFraction, random),
            DataSource.Csv when settings.TestFile is null =>
                HoldOut.Draw(CsvLoader.Load(Named(settings.File, "file"), settings.Format), settings.TestFraction, random),
            DataSource.Csv => LoadPair(settings),
            DataSource.Idx => LoadIdx(Named(settings.Folder, "folder")),
            _ => null,
        };
        return settings.Form is { } form && rows is not null ? new HoldOut(form.Take(rows.Train), form.Take(rows.Test)) : rows;
    }

    /// <summary>The files that the rows are read from; none where they come with Starling or are drawn.</summary>
    public static IEnumerable<string> Files(DataSettings settings) => settings.Set switch
    {
        DataSource.Csv => ((string?[])[settings.File, settings.TestFile]).OfType<string>(),
        DataSource.Idx when settings.Folder is { } folder =>
            ((string[])["train", "t10k"]).SelectMany(part => (string[])[Images(folder, part), Labels(folder, part)]),
        _ => [],
    };

    private static string Named(string? path, string key) =>
        path
            ?? throw new DataException(
                $"data.{key} is missing, so there are no rows; give it, in an operator's node.yaml under 'tasks.set'.");

    private static HoldOut LoadPair(DataSettings settings)
    {
        var train = CsvLoader.Load(Named(settings.File, "file"), settings.Format);
        var test = CsvLoader.Load(settings.TestFile!, settings.Format);
        if (test.Columns != train.Columns)
            throw new DataException($"{settings.TestFile}, line 1: has {test.Columns} features, but {settings.File} has {train.Columns}; use two files of one set.");
        test.RequireColumnsOf(train);
        var unknown = test.ClassNames.Except(train.ClassNames, StringComparer.Ordinal).FirstOrDefault();
        return unknown is null
            ? new HoldOut(train, test.WithClasses(train.ClassNames))
            : throw new DataException(
                $"{settings.TestFile}: has the label '{Core.Configuration.Mistake.Shorten(unknown)}', which {settings.File} does not; use two files of one set.");
    }

    private static HoldOut LoadIdx(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DataException($"{folder}: there is no such folder; correct data.folder.");
        var train = LoadIdx(folder, "train");
        var test = LoadIdx(folder, "t10k");
        if (test.Columns != train.Columns)
            throw new DataException(
                $"{folder}: the training images have {train.Columns} pixels, the test images {test.Columns}; use the files of one set.");
        var classes = train.Classes >= test.Classes ? train.ClassNames : test.ClassNames;
        return new HoldOut(train.WithClasses(classes), test.WithClasses(classes));
    }

    private static DataSet LoadIdx(string folder, string part) => IdxLoader.Load(Images(folder, part), Labels(folder, part));

    private static string Images(string folder, string part) => IdxLoader.Find(folder, $"{part}-images-idx3-ubyte");

    private static string Labels(string folder, string part) => IdxLoader.Find(folder, $"{part}-labels-idx1-ubyte");
}
