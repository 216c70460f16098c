using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Starling.Cli.Commands;
using Starling.Cli.Support;
using Starling.Daemon.Configuration;
using Starling.Learning.Experiments;
using Starling.Node.Identity;

namespace Starling.Cli.Tests.Support;

public sealed class SupportBundleTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-support-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>
    /// Red if the bytes of a key, or a secret of the settings, are in the archive, wherever they stood: in a setting, in a log or among
    /// the events, whole or cut.
    /// </summary>
    [Fact]
    public async Task No_key_is_in_it_wherever_it_stood()
    {
        var node = Node("tasks.set=[data.password=hunter2]", "runner.id=lab", $"runner.founding={new string('a', 64)}");
        var key = await File.ReadAllTextAsync(node.Identity.Key, Cancellation);
        Directory.CreateDirectory(node.Folder);
        await File.WriteAllTextAsync(Path.Combine(node.Folder, "events.jsonl"),
            $"{{\"kind\":\"trouble\",\"detail\":\"{key.ReplaceLineEndings("\\n")}\"}}\n", Cancellation);
        var log = Path.Combine(folder, "node.log");
        await File.WriteAllTextAsync(log, $"started\n{key}\nwent on\nAuthorization: token=abcdef\n{key[..(key.Length / 2)]}", Cancellation);

        var texts = await PackAsync(await SupportBundleCommand.GatherAsync(node, [log], Cancellation));
        Assert.Equal(["versions.txt", "settings.txt", "status.txt", "doctor.txt", "files.txt", "events.jsonl", "log-0.txt"], texts.Keys);
        var all = string.Concat(texts.Values);
        foreach (var line in key.Split('\n').Where(line => line.Length > 20 && !line.StartsWith('-')))
            Assert.DoesNotContain(line[..20], all, StringComparison.Ordinal);
        using var read = ECDsa.Create();
        read.ImportFromPem(key);
        var secret = read.ExportParameters(includePrivateParameters: true).D!;
        Assert.DoesNotContain(Convert.ToBase64String(secret)[..20], all, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexString(secret), all, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("hunter2", all, StringComparison.Ordinal);
        Assert.DoesNotContain("abcdef", all, StringComparison.Ordinal);
        Assert.Contains("started", texts["log-0.txt"], StringComparison.Ordinal);
        Assert.Contains("went on", texts["log-0.txt"], StringComparison.Ordinal);
        Assert.Contains("listen=127.0.0.1:30304", texts["settings.txt"], StringComparison.Ordinal);
        Assert.Contains("ok    trust", texts["doctor.txt"], StringComparison.Ordinal);
    }

    /// <summary>
    /// Red if a long log is taken whole, or begins within a line: the rest of a key that was cut would not be known as one.
    /// </summary>
    [Fact]
    public async Task Of_a_long_log_its_end_is_taken_in_whole_lines()
    {
        var log = Path.Combine(folder, "long.log");
        await File.WriteAllTextAsync(log, string.Concat(Enumerable.Range(0, 200_000).Select(i => $"line {i}\n")), Cancellation);
        var bundle = new SupportBundle(text => text);
        bundle.AddEnd("log", log);
        bundle.AddEnd("none", log + ".gone");
        var text = Assert.Single(await PackAsync(bundle)).Value;
        Assert.InRange(text.Length, SupportBundle.MaxBytes - 20, SupportBundle.MaxBytes);
        Assert.StartsWith("line ", text, StringComparison.Ordinal);
        Assert.EndsWith("line 199999\n", text, StringComparison.Ordinal);
    }

    private NodeConfiguration Node(params string[] settings)
    {
        using var authority = AuthorityFolder.Create(Path.Combine(folder, "ca"), "test.example", TimeProvider.System);
        var own = new NodeFolder(Path.Combine(folder, "identity"));
        authority.Issue(Core.Identity.NodeId.Create("test.example", "clinic", "a"), Core.Identity.Roles.Learner, null, null, own);
        File.Copy(authority.CertificatePath, own.AnchorPath, overwrite: true);
        var (tree, _) = YamlTreeReader.Read(Path.Combine(folder, "node.yaml"), NodeFileTemplate.Write(), YamlBounds.Node)
            .Override([$"contract.founding={new string('a', 64)}", .. settings]);
        return NodeConfigurationReader.Read(tree);
    }

    private async Task<Dictionary<string, string>> PackAsync(SupportBundle bundle)
    {
        var path = Path.Combine(folder, "bundle.tar.gz");
        bundle.Write(path);
        var texts = new Dictionary<string, string>();
        await using var packed = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        await using var tar = new TarReader(packed);
        while (await tar.GetNextEntryAsync(cancellationToken: Cancellation) is { } entry)
        {
            using var reader = new StreamReader(entry.DataStream ?? Stream.Null, Encoding.UTF8);
            texts[entry.Name] = await reader.ReadToEndAsync(Cancellation);
        }

        return texts;
    }
}
