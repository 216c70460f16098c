using System.IO.Compression;

namespace Starling.Learning.Data;

/// <summary>
/// Opens a data file, plain or gzip by its first two bytes, and turns every failure to read into a <see cref="DataException"/>.
/// </summary>
internal static class DataFile
{
    /// <summary>Deflate's largest ratio of output to input: what a compressed file of a given length can hold at most.</summary>
    private const long LargestDeflateRatio = 1032;

    /// <summary>Reads a file with <paramref name="read"/>, which is given the bytes and the most of them that there can be.</summary>
    public static T Read<T>(string path, Func<Stream, long, T> read)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Read(path, file, read);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataException($"{path}: there is no such file; correct the path or put the file there.", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new DataException($"{path}: cannot be read ({e.Message}); check that it is a file and that you may read it.", e);
        }
    }

    /// <summary>Reads an open file or resource.</summary>
    public static T Read<T>(string name, Stream file, Func<Stream, long, T> read)
    {
        if (!file.CanSeek)
            throw new DataException($"{name}: is a pipe, and rows are read from files; save it as one.");
        try
        {
            var magic = new byte[2];
            var isCompressed = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1F, 0x8B];
            file.Position = 0;
            if (!isCompressed)
                return read(file, file.Length);
            using var plain = new GZipStream(file, CompressionMode.Decompress);
            return read(plain, checked(file.Length * LargestDeflateRatio));
        }
        catch (InvalidDataException e)
        {
            throw new DataException($"{name}: the gzip data is damaged ({e.Message}); fetch the file again.", e);
        }
    }
}
