using System.IO.Compression;
using Starling.Learning.Data;

namespace Starling.Learning.Tests.Data;

public sealed class IdxLoaderTests : IDisposable
{
    private static readonly byte[] Images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 51, 255, 102, 0, 204];
    private static readonly byte[] Labels = [0, 0, 8, 1, 0, 0, 0, 2, 3, 1];
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ImagesAndLabels(bool compressed)
    {
        var data = Load(compressed ? Compress(Images) : Images, compressed ? Compress(Labels) : Labels);
        Assert.Equal((2, 3, 4), (data.Rows, data.Columns, data.Classes));
        Assert.Equal([0f, 0.2f, 1f, 0.4f, 0f, 0.8f], data.Features.ToArray());
        Assert.Equal([3, 1], data.Labels.ToArray());
    }

    [Theory]
    [InlineData("0000", "offset 2: ends here, 2 bytes too early; fetch it again.")]
    [InlineData("00000801000000", "offset 7: ends here, 1 bytes too early; fetch it again.")]
    [InlineData("00000D0300000001",
        "offset 0: starts with 00000D03, not with 000008 and 1 to 4 dimensions; use an IDX file of unsigned bytes.")]
    [InlineData("0000080000000001",
        "offset 0: starts with 00000800, not with 000008 and 1 to 4 dimensions; use an IDX file of unsigned bytes.")]
    [InlineData("0000080500000001",
        "offset 0: starts with 00000805, not with 000008 and 1 to 4 dimensions; use an IDX file of unsigned bytes.")]
    [InlineData("0000080200000002FFFFFFFF",
        "offset 8: asks for 4,294,967,295 columns; between 1 and 65,536 are read, so check that the file is whole.")]
    [InlineData("000008020000000200000000",
        "offset 8: asks for 0 columns; between 1 and 65,536 are read, so check that the file is whole.")]
    [InlineData("00000803000000020000FFFF0000FFFF",
        "offset 12: asks for 4,294,836,225 columns; between 1 and 65,536 are read, so check that the file is whole.")]
    [InlineData("00000802FFFFFFFF00000001",
        "offset 4: asks for 4,294,967,295 rows of 1; at most 10,000,000 rows and 268,435,456 values are read, so use a part of the data.")]
    [InlineData("000008020098968000000100",
        "offset 4: asks for 10,000,000 rows of 256; at most 10,000,000 rows and 268,435,456 values are read, so use a part of the data.")]
    [InlineData("0000080200000002000000030102030405",
        "offset 4: asks for 2 rows of 3, more than a file of this length can hold; fetch it again.")]
    [InlineData("000008020000000200000002010203040506", "offset 16: goes on behind its 2 rows; fetch it again.")]
    [InlineData("00000802000000030000000101020304", "offset 15: goes on behind its 3 rows; fetch it again.")]
    [InlineData("000008020000000300000001010203", "offset 4: has 3 rows, but {labels} has 2 labels; use two files of one set.")]
    public void MalformedImagesAreRefused(string hex, string expected)
    {
        var e = Assert.Throws<DataException>(() => Load(Convert.FromHexString(hex), Labels));
        Assert.Equal($"{Path.Combine(folder.Path, "images")}, {expected.Replace("{labels}", Path.Combine(folder.Path, "labels"), StringComparison.Ordinal)}", e.Message);
    }

    [Fact]
    public void ACompressedFileThatEndsEarlyOrClaimsTooMuchIsRefused()
    {
        Assert.Contains("offset 20: ends here", Refusal(Compress(Images[..20])), StringComparison.Ordinal);
        byte[] greedy = [0, 0, 8, 2, 0, 0x10, 0, 0, 0, 0, 0, 0x40];
        Assert.Contains("more than a file of this length can hold", Refusal(Compress(greedy)), StringComparison.Ordinal);
    }

    [Fact]
    public void LabelsHaveOneColumnAndAreThere()
    {
        Assert.Contains("has rows of 3 values, not one label a row", Assert.Throws<DataException>(() => Load(Images, Images)).Message,
            StringComparison.Ordinal);
        Assert.Contains("has no rows",
            Assert.Throws<DataException>(() => Load([0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0, 1], [0, 0, 8, 1, 0, 0, 0, 0])).Message,
            StringComparison.Ordinal);
        Assert.Contains("there is no such file", Assert.Throws<DataException>(
            () => IdxLoader.Load(Path.Combine(folder.Path, "x"), Path.Combine(folder.Path, "y"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileIsFoundPlainOrCompressed()
    {
        Assert.Equal(Path.Combine(folder.Path, "a"), IdxLoader.Find(folder.Path, "a"));
        _ = folder.Write("a.gz", []);
        Assert.Equal(Path.Combine(folder.Path, "a.gz"), IdxLoader.Find(folder.Path, "a"));
        _ = folder.Write("a", []);
        Assert.Equal(Path.Combine(folder.Path, "a"), IdxLoader.Find(folder.Path, "a"));
    }

    private static byte[] Compress(byte[] content)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionMode.Compress))
            gzip.Write(content);
        return bytes.ToArray();
    }

    private string Refusal(byte[] images) => Assert.Throws<DataException>(() => Load(images, Labels)).Message;

    private DataSet Load(byte[] images, byte[] labels) => IdxLoader.Load(folder.Write("images", images), folder.Write("labels", labels));
}
