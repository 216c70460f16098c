using System.Collections.Immutable;
using System.Globalization;

namespace Starling.Learning.Data.Profiles;

/// <summary>
/// Looks at images and labels in the IDX format without keeping them: what <see cref="IdxLoader"/> would refuse, and
/// what else is worth knowing.
/// </summary>
public static class IdxProfiler
{
    private const string Images = "images-idx3-ubyte", Labels = "labels-idx1-ubyte", Compressed = ".gz";
    private const int BlockBytes = 1 << 20;

    /// <summary>Whether a path is a folder, or named as one file of a pair is.</summary>
    public static bool Knows(string path) =>
        Directory.Exists(path) || Plain(path).EndsWith(Images, StringComparison.Ordinal)
            || Plain(path).EndsWith(Labels, StringComparison.Ordinal);

    /// <summary>Whether a folder has all four files that an experiment reads.</summary>
    public static bool IsWhole(string folder) =>
        ((string[])["train-" + Images, "train-" + Labels, "t10k-" + Images, "t10k-" + Labels]).All(
            name => File.Exists(IdxLoader.Find(folder, name)));

    /// <summary>Looks at a folder's training and test files, or at one pair of files of which either is named.</summary>
    /// <param name="path">The folder, or the file.</param>
    /// <param name="progress">Hears now and then how many rows were read; null for nobody.</param>
    /// <param name="limits">Their bounds.</param>
    /// <returns>What the rows are; of a folder, those to train on.</returns>
    /// <exception cref="DataException">There is no such folder.</exception>
    public static DataProfile Read(string path, Action<long>? progress = null, DataLimits? limits = null)
    {
        var (images, labels) = Pair(path);
        var (faults, bounds) = (new List<DataFault>(), limits ?? DataLimits.Default);
        var profile = Try(faults, () => Read(path, images, labels, progress, bounds)) ?? Nothing(path);
        if (Directory.Exists(path))
        {
            var test = Try(faults,
                () => Read(path, IdxLoader.Find(path, $"t10k-{Images}"), IdxLoader.Find(path, $"t10k-{Labels}"), progress, bounds));
            if (test is not null && profile.Columns.Length > 0 && test.Columns.Length != profile.Columns.Length)
                faults.Add(new DataFault(null,
                    $"the training images have {profile.Columns.Length} pixels, the test images {test.Columns.Length}",
                    "use the files of one set", 1, []));
        }

        return profile with { Faults = [.. faults] };
    }

    private static DataProfile Nothing(string path) => new(path, Experiments.DataSource.Idx, false, 0, null, [], [], 0, 0, false, []);

    private static DataProfile? Try(List<DataFault> faults, Func<DataProfile> read)
    {
        try
        {
            return read();
        }
        catch (DataException fault)
        {
            var (what, remedy) = fault.Message.TrimEnd('.').LastIndexOf("; ", StringComparison.Ordinal) is > 0 and var at
                ? (fault.Message[..at], fault.Message.TrimEnd('.')[(at + 2)..])
                : (fault.Message.TrimEnd('.'), "use another file");
            faults.Add(new DataFault(null, what, remedy, 1, []));
            return null;
        }
    }

    private static (string Images, string Labels) Pair(string path)
    {
        if (Directory.Exists(path))
            return (IdxLoader.Find(path, $"train-{Images}"), IdxLoader.Find(path, $"train-{Labels}"));
        var folder = Path.GetDirectoryName(path) ?? "";
        var name = Path.GetFileName(Plain(path));
        var stem = name[..^(name.EndsWith(Images, StringComparison.Ordinal) ? Images : Labels).Length];
        return name.EndsWith(Images, StringComparison.Ordinal)
            ? (path, IdxLoader.Find(folder, stem + Labels))
            : (IdxLoader.Find(folder, stem + Images), path);
    }

    private static string Plain(string path) => path.EndsWith(Compressed, StringComparison.Ordinal) ? path[..^Compressed.Length] : path;

    private static DataProfile Read(string path, string imagesPath, string labelsPath, Action<long>? progress, DataLimits limits)
    {
        var labels = DataFile.Read(labelsPath, (stream, most) =>
        {
            var header = IdxHeader.Read(labelsPath, stream, most, limits);
            if (header.Columns != 1)
                throw new DataException(
                    $"{labelsPath}, offset 3: has rows of {header.Columns} values, not one label a row; name the labels' file.");
            var bytes = new byte[header.Rows];
            IdxHeader.Fill(labelsPath, stream, bytes, header.Start);
            header.End(labelsPath, stream);
            return bytes;
        });
        return DataFile.Read(imagesPath, (stream, most) =>
        {
            var header = IdxHeader.Read(imagesPath, stream, most, limits);
            if (header.Rows != labels.Length)
                throw new DataException($"{imagesPath}, offset 4: has {header.Rows:N0} rows, but {labelsPath} has {labels.Length:N0} labels; use two files of one set.");
            if (header.Rows == 0)
                throw new DataException($"{imagesPath}, offset 4: has no rows; use another file.");
            return Profile(path, imagesPath, stream, header, labels, progress);
        });
    }

    private static DataProfile Profile(string path, string name, Stream stream, IdxHeader header, byte[] labels, Action<long>? progress)
    {
        var pixels = new PixelTally(header.Columns);
        var comparison = new RowComparison();
        var block = new byte[Math.Max(1, BlockBytes / header.Columns) * header.Columns];
        for (var row = 0; row < header.Rows; progress?.Invoke(row))
        {
            var part = block.AsSpan(0, (int)Math.Min(block.Length, (long)(header.Rows - row) * header.Columns));
            IdxHeader.Fill(name, stream, part, header.Start + ((long)row * header.Columns));
            for (; !part.IsEmpty; part = part[header.Columns..], row++)
            {
                pixels.Add(part[..header.Columns]);
                comparison.Add(Fingerprint.Of(part[..header.Columns]), labels[row]);
            }
        }

        header.End(name, stream);
        return new DataProfile(
            path, Experiments.DataSource.Idx, false, header.Rows, null, pixels.Finish(), Classes(labels),
            comparison.Repeated, comparison.Contradicting, comparison.IsPartial, []);
    }

    // As the loader has them: every number up to the largest label.
    private static ImmutableArray<ValueCount> Classes(byte[] labels)
    {
        var counts = new long[labels.Max() + 1];
        foreach (var label in labels)
            counts[label]++;
        return [.. counts.Select((count, i) => new ValueCount(i.ToString(CultureInfo.InvariantCulture), count))];
    }
}
