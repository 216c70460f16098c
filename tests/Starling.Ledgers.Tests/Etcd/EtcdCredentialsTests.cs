using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Starling.Ledgers.Etcd;

namespace Starling.Ledgers.Tests.Etcd;

public sealed class EtcdCredentialsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-etcd-files-").FullName;
    private readonly EtcdIdentityFiles files;

    public EtcdCredentialsTests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest("CN=client", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        files = new EtcdIdentityFiles(Write("client.pem", made.ExportCertificatePem() + "\n"),
            Write("client.key", key.ExportPkcs8PrivateKeyPem()), [Write("anchors.pem", made.ExportCertificatePem() + "\n")]);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Red if what is whole of a file that is still being written counts as all: authorities would not be believed.</summary>
    [Theory]
    [InlineData("anchors.pem")]
    [InlineData("client.pem")]
    public void A_file_that_is_not_whole_is_refused(string name)
    {
        var path = Path.Combine(folder, name);
        var one = File.ReadAllText(path);
        File.WriteAllText(path, $"two of them\n{one}{one}");
        Assert.NotNull(new EtcdCredentials(files).For("host").ClientCertificateContext);
        File.WriteAllText(path, $"two of them\n{one}{one[..^20]}");
        Assert.Contains($"{path} holds a part in PEM that is not whole",
            Assert.Throws<LedgerUnavailableException>(() => new EtcdCredentials(files)).Message, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(Path.Combine(folder, name), text);
        return Path.Combine(folder, name);
    }
}
