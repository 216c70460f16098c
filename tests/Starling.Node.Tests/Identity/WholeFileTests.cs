using Starling.Node.Identity;

namespace Starling.Node.Tests.Identity;

public sealed class WholeFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-files-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_text_is_written_with_every_letter_of_it_and_nothing_before()
    {
        var path = Path.Combine(folder, "node.yaml");
        WholeFile.Write(path, "folder: '/srv/Zürich/データ'\n");
        Assert.Equal("folder: '/srv/Zürich/データ'\n"u8.ToArray(), File.ReadAllBytes(path));
        Assert.Equal("folder: '/srv/Zürich/データ'\n", WholeFile.Read(path, "settings"));
    }
}
