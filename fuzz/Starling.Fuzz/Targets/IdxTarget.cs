using System.Buffers.Binary;
using System.IO.Compression;
using Starling.Learning.Data;

namespace Starling.Fuzz.Targets;

/// <summary>
/// Images and labels in the IDX format, plain or gzip: <see cref="IdxLoader"/>. An input is the length of the labels' file, that
/// file, and the images' file.
/// </summary>
internal sealed class IdxTarget : IFuzzTarget
{
    private const int PrefixBytes = 4;

    // What is compressed grows a thousandfold, so that it costs what its limits say and not what its bytes do.
    private static readonly DataLimits Plain = new(Values: 65_536, Columns: 4096, Rows: 65_536);
    private static readonly DataLimits Compressed = new(Values: 4096, Columns: 64, Rows: 512);

    public string Name => "idx";

    public int UsualBytes => 256;

    /// <summary>A byte is read, and becomes a float or a label of four: that is what training takes.</summary>
    public double MostAllocatedPerByte => 5;

    public LengthForm Lengths => LengthForm.BigEndian32;

    public IReadOnlyList<string> Parsers { get; } =
        ["Starling.Learning.Data.IdxLoader::Join", "Starling.Learning.Data.IdxLoader::Read", "Starling.Learning.Data.IdxHeader",
            "Starling.Learning.Data.DataFile"];

    public IReadOnlyList<byte[]> Words { get; } = [[0, 0, 8, 1], [0, 0, 8, 2], [0, 0, 8, 3], [0, 0, 8, 4], [0, 0, 9, 1], [0, 0, 0, 1],
        [0, 0, 0, 2], [0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff], [0x1f, 0x8b]];

    public IEnumerable<byte[]> Seeds()
    {
        byte[] labels = [0, 0, 8, 1, 0, 0, 0, 2, 0, 1];
        byte[] images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4];
        yield return Pair(labels, images);
        yield return Pair(labels, [0, 0, 8, 4, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 9, 9]);
        yield return Pair(Compress(labels), Compress(images));
        yield return Pair([0, 0, 8, 1, 0, 0, 0x70, 0, .. new byte[0x7000]], [0, 0, 8, 2, 0, 0, 0x70, 0, 0, 0, 0, 1, .. new byte[0x7000]]);
        yield return Pair([0, 0, 8, 1, 0, 0, 0, 0], [0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0, 1]);
        yield return Pair(images, images);
        yield return Pair(labels, [0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 1, 5]);
        yield return Pair(labels, [.. images, 0]);
        yield return Pair([0, 0, 8, 1, 0, 2, 0, 0], images);
        yield return Pair(labels, [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 1, 0]);
        yield return Pair([0, 0, 8, 1, 0, 0, 1, 0], images);
        yield return Pair(labels, [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0x20, 0]);
    }

    public bool Parse(byte[] input)
    {
        if (input.Length < PrefixBytes)
            return false;
        var labels = Math.Min(BinaryPrimitives.ReadUInt32BigEndian(input), (uint)(input.Length - PrefixBytes));
        using var labelsFile = new MemoryStream(input, PrefixBytes, (int)labels, writable: false);
        using var imagesFile =
            new MemoryStream(input, PrefixBytes + (int)labels, input.Length - PrefixBytes - (int)labels, writable: false);
        try
        {
            var limits =
                IsCompressed(input.AsSpan(PrefixBytes)) || IsCompressed(input.AsSpan(PrefixBytes + (int)labels)) ? Compressed : Plain;
            IdxLoader.Load("images", imagesFile, "labels", labelsFile, limits);
            return true;
        }
        catch (DataException)
        {
            return false;
        }
    }

    private static bool IsCompressed(ReadOnlySpan<byte> file) => file is [0x1F, 0x8B, ..];

    private static byte[] Pair(byte[] labels, byte[] images)
    {
        var length = new byte[PrefixBytes];
        BinaryPrimitives.WriteInt32BigEndian(length, labels.Length);
        return [.. length, .. labels, .. images];
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return packed.ToArray();
    }
}
