using System.Globalization;

namespace Starling.Learning.Data;

/// <summary>
/// Reads the IDX format of MNIST (LeCun, Cortes and Burges): a magic number <c>0 0 type dimensions</c>, the dimensions as big-endian 32-bit
/// numbers, then the elements. Elements are unsigned bytes (type 8); images are divided by 255. Plain or gzip.
/// </summary>
public static class IdxLoader
{
    /// <summary>Reads images and their labels.</summary>
    /// <param name="imagesPath">Rows x one or more further dimensions, which become the columns.</param>
    /// <param name="labelsPath">One label a row.</param>
    /// <param name="limits">Bounds.</param>
    /// <exception cref="DataException">A file is missing, malformed, beyond a limit, or the two do not fit.</exception>
    public static DataSet Load(string imagesPath, string labelsPath, DataLimits? limits = null)
    {
        limits ??= DataLimits.Default;
        return Join(imagesPath, labelsPath,
            () => DataFile.Read(labelsPath, (stream, most) => Read(labelsPath, stream, most, limits)),
            () => DataFile.Read(imagesPath, (stream, most) => Read(imagesPath, stream, most, limits)));
    }

    /// <summary>Reads images and their labels from what is open already, plain or gzip; the paths are what messages call them.</summary>
    /// <exception cref="DataException">One is malformed, beyond a limit, or the two do not fit.</exception>
    internal static DataSet Load(string imagesPath, Stream images, string labelsPath, Stream labels, DataLimits limits) =>
        Join(imagesPath, labelsPath,
        () => DataFile.Read(labelsPath, labels, (stream, most) => Read(labelsPath, stream, most, limits)),
        () => DataFile.Read(imagesPath, images, (stream, most) => Read(imagesPath, stream, most, limits)));

    private static DataSet Join(string imagesPath, string labelsPath, Func<Content> readLabels, Func<Content> readImages)
    {
        var labels = readLabels();
        if (labels.Columns != 1)
            throw new DataException(
                $"{labelsPath}, offset 3: has rows of {labels.Columns} values, not one label a row; name the labels' file.");
        var images = readImages();
        if (images.Rows != labels.Rows)
            throw new DataException($"{imagesPath}, offset 4: has {images.Rows:N0} rows, but {labelsPath} has {labels.Rows:N0} labels; use two files of one set.");
        if (images.Rows == 0)
            throw new DataException($"{imagesPath}, offset 4: has no rows; use another file.");
        var features = new float[images.Bytes.Length];
        for (var i = 0; i < features.Length; i++)
            features[i] = images.Bytes[i] / 255f;
        var classes = labels.Bytes.Max() + 1;
        return new DataSet(Path.GetFileName(imagesPath), images.Columns, features, Array.ConvertAll(labels.Bytes, b => (int)b),
            [.. Enumerable.Range(0, classes).Select(i => i.ToString(CultureInfo.InvariantCulture))]);
    }

    /// <summary>The path itself if it is there, else with <c>.gz</c> behind it.</summary>
    public static string Find(string folder, string name)
    {
        var plain = Path.Combine(folder, name);
        return File.Exists(plain) || !File.Exists(plain + ".gz") ? plain : plain + ".gz";
    }

    private static Content Read(string name, Stream stream, long most, DataLimits limits)
    {
        var header = IdxHeader.Read(name, stream, most, limits);
        var bytes = new byte[(long)header.Rows * header.Columns];
        IdxHeader.Fill(name, stream, bytes, header.Start);
        header.End(name, stream);
        return new Content(header.Rows, header.Columns, bytes);
    }

    private sealed record Content(int Rows, int Columns, byte[] Bytes);
}
