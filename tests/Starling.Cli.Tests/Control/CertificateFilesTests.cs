using Starling.Api;
using Starling.Cli.Control;
using Starling.Cli.Terminal;
using Starling.Node.Identity;

namespace Starling.Cli.Tests.Control;

public sealed class CertificateFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-files-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Red if what is whole of a file that is still being written counts as all.</summary>
    [Fact]
    public void A_file_that_is_not_whole_is_refused()
    {
        using var authority = CertificateAuthority.Create("trial.test", TimeProvider.System);
        var (path, one) = (Path.Combine(folder, "anchors.pem"), PemCertificates.Text([authority.Anchor]));
        File.WriteAllText(path, $"two of them\n{one}{one}");
        Assert.Equal(2, CertificateFiles.Read(path).Length);
        File.WriteAllText(path, $"two of them\n{one}{one[..^20]}");
        var told = Assert.Throws<CommandException>(() => CertificateFiles.Read(path));
        Assert.Equal(ExitCode.Identity, told.ExitCode);
        Assert.Contains($"{path} holds a part in PEM that is not whole", told.Message, StringComparison.Ordinal);
    }
}
