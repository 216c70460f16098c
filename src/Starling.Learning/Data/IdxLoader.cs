using System.Buffers.Binary;
using System.Globalization;

namespace Starling.Learning.Data;

/// <summary>
/// Reads the IDX format of MNIST (LeCun, Cortes and Burges): a magic number <c>0 0 type dimensions</c>, the dimensions as big-endian 32-bit numbers, then the elements. Elements are unsigned bytes
/// (type 8); images are divided by 255. Plain or gzip.
/// </summary>
public static class IdxLoader
{
    private const byte UnsignedByte = 8;

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
    internal static DataSet Load(string imagesPath, Stream images, string labelsPath, Stream labels, DataLimits limits) => Join(imagesPath, labelsPath,
        () => DataFile.Read(labelsPath, labels, (stream, most) => Read(labelsPath, stream, most, limits)),
        () => DataFile.Read(imagesPath, images, (stream, most) => Read(imagesPath, stream, most, limits)));

    private static DataSet Join(string imagesPath, string labelsPath, Func<Content> readLabels, Func<Content> readImages)
    {
        var labels = readLabels();
        if (labels.Columns != 1)
            throw new DataException($"{labelsPath}, offset 3: has rows of {labels.Columns} values, not one label a row; name the labels' file.");
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
        var header = new byte[4];
        Fill(name, stream, header, 0);
        if (header is not [0, 0, UnsignedByte, >= 1 and <= 4])
            throw new DataException($"{name}, offset 0: starts with {Convert.ToHexString(header)}, not with 000008 and 1 to 4 dimensions; use an IDX file of unsigned bytes.");
        var dimensions = new byte[4 * header[3]];
        Fill(name, stream, dimensions, 4);
        var rows = BinaryPrimitives.ReadUInt32BigEndian(dimensions);
        var columns = 1L;
        for (var i = 4; i < dimensions.Length; i += 4)
        {
            columns *= BinaryPrimitives.ReadUInt32BigEndian(dimensions.AsSpan(i));
            if (columns == 0 || columns > limits.Columns)
                throw new DataException($"{name}, offset {4 + i}: asks for {columns:N0} columns; between 1 and {limits.Columns:N0} are read, so check that the file is whole.");
        }

        if (rows > limits.Rows || rows * columns > limits.Values)
            throw new DataException($"{name}, offset 4: asks for {rows:N0} rows of {columns:N0}; at most {limits.Rows:N0} rows and {limits.Values:N0} values are read, so use a part of the data.");
        var start = 4 + dimensions.Length;
        if (start + (rows * columns) > most)
            throw new DataException($"{name}, offset 4: asks for {rows:N0} rows of {columns:N0}, more than a file of this length can hold; fetch it again.");
        var bytes = new byte[rows * columns];
        Fill(name, stream, bytes, start);
        if (stream.ReadByte() >= 0)
            throw new DataException($"{name}, offset {start + bytes.Length}: goes on behind its {rows:N0} rows; fetch it again.");
        return new Content((int)rows, (int)columns, bytes);
    }

    private static void Fill(string name, Stream stream, byte[] bytes, int offset)
    {
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read < bytes.Length)
            throw new DataException($"{name}, offset {offset + read}: ends here, {bytes.Length - read:N0} bytes too early; fetch it again.");
    }

    private sealed record Content(int Rows, int Columns, byte[] Bytes);
}
