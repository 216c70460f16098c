using Starling.Node.Identity;

namespace Starling.Node.Tests.Identity;

public sealed class SecretFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-files-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_text_is_written_with_every_letter_of_it_and_nothing_before(bool secret)
    {
        var path = Path.Combine(folder, "node.yaml");
        SecretFile.Write(path, "folder: '/srv/Zürich/データ'\n", secret);
        Assert.Equal("folder: '/srv/Zürich/データ'\n"u8.ToArray(), File.ReadAllBytes(path));
        Assert.Equal("folder: '/srv/Zürich/データ'\n", SecretFile.Read(path, "settings"));
    }
}
