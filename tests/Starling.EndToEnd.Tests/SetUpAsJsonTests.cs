using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Starling.Api;
using Starling.EndToEnd.Tests.Processes;
using Starling.Node.Identity;

namespace Starling.EndToEnd.Tests;

/// <summary>
/// The commands that set hosts up, as a script has them: each file that is needed next is read from what the command before it printed.
/// </summary>
public sealed class SetUpAsJsonTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Red if what such a command made cannot be told from its JSON, or if it prints anything besides.</summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task An_authority_and_its_certificates()
    {
        var authority = await DoneAsync("ca", "init", "ca", "--trust-domain", "a.example");
        Assert.Equal("a.example", Assert.Single(authority.GetProperty("trustDomains").EnumerateArray()).GetString());
        var request = await DoneAsync("ca", "request", "--out", "own");
        var issued = await DoneAsync("ca", "issue", "ca", "node-1", "--organisation", "a", "--role", "learner", "operator", "--request",
            Text(request, "request"), "--out", "own");
        Assert.Equal(["learner", "operator"], issued.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
        Assert.False(issued.TryGetProperty("key", out _));
        var member = await DoneAsync("ca", "issue", "ca", "ledger", "--organisation", "a", "--role", "ledger", "--host", "10.0.0.1",
            "--host", "ledger.a.example", "--days", "30", "--out", "ledger");
        using (var shown = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(folder.Path, Text(member, "certificate"))))
        {
            Assert.InRange(shown.NotAfter - DateTime.Now, TimeSpan.FromDays(29), TimeSpan.FromDays(30));
            var names = Assert.Single(shown.Extensions.OfType<X509SubjectAlternativeNameExtension>());
            Assert.Equal("10.0.0.1", Assert.Single(names.EnumerateIPAddresses()).ToString());
            Assert.Equal("ledger.a.example", Assert.Single(names.EnumerateDnsNames()));
        }

        var renewed = await DoneAsync("ca", "rotate", "ca", "--node", "own", "--new-key");
        Assert.Equal((Text(issued, "node"), Text(request, "key")), (Text(renewed, "node"), Text(renewed, "key")));
        Assert.Equal(1, (await DoneAsync("ca", "revoke", "ca", Text(renewed, "serial"))).GetProperty("revoked").GetInt32());
        var rotated = await DoneAsync("ca", "rotate", "ca", "--new-key");
        var bundle = await DoneAsync("ca", "bundle", Text(rotated, "file"), Text(rotated, "old"), "--out", "both.pem");
        Assert.Equal("a.example",
            Assert.Single(bundle.GetProperty("trustDomains").EnumerateArray().Select(domain => domain.GetString()).Distinct()));
    }

    /// <summary>Red if what such a command made cannot be told from its JSON, or if it prints anything besides.</summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_consortium_a_further_node_and_a_host_of_ones_own()
    {
        var theirs = await DoneAsync("consortium", "prepare", "--trust-domain", "b.example", "--node", "node-1=10.0.0.2", "--folder", "b");
        var ours = await DoneAsync("consortium", "prepare", "--trust-domain", "a.example", "--node", "node-1=10.0.0.1", "--folder", "a");
        var found = await DoneAsync("consortium", "found", "lab", Text(theirs, "file"), "--folder", "a");
        Assert.Equal(2, found.GetProperty("nodes").GetArrayLength());
        var joined = await DoneAsync("consortium", "join", Text(found, "file"), "--folder", "b");
        Assert.Equal(Fingerprints(found), Fingerprints(joined));
        Assert.Equal(Fingerprints(ours).Concat(Fingerprints(theirs)).Order(), Fingerprints(joined).Order());

        // 'task logs --whole' asks nodes of all organisations, each of which its own authority vouches for.
        var context = await DoneAsync("context", "show");
        Assert.Equal(2, PemCertificates.Read(Assert.Single(context.GetProperty("anchors").EnumerateArray()).GetString()!).Length);

        var file = Assert.Single(found.GetProperty("nodeFiles").EnumerateArray()).GetString()!;
        string[] invitation = ["invite", "node-2", "--authority", "a/ca", "--organisation", "a", "--from", file, "--address", "10.0.0.1",
            "--with-key", "--out", "node-2.invite", "--role", "learner"];
        var refused = (await StarlingProcess.RunAsync(folder.Path, invitation)).Ended(ExitCode.Usage);
        Assert.Contains("takes the role operator", refused.Error, StringComparison.Ordinal);
        var invited = await DoneAsync([.. invitation, "operator"]);
        Assert.True(invited.GetProperty("secret").GetBoolean());
        var further = await DoneAsync("join", Text(invited, "file"), "--folder", "further");
        Assert.Equal(Text(invited, "node"), Text(further, "node"));

        // The key stays on the host that asks.
        var request = await DoneAsync("ca", "request", "--out", "third/identity");
        var third = await DoneAsync("invite", "node-3", "--authority", "a/ca", "--organisation", "a", "--from", file, "--address",
            "10.0.0.1", "--request", Text(request, "request"), "--out", "node-3.invite", "--role", "learner", "operator");
        Assert.False(third.GetProperty("secret").GetBoolean());
        Assert.DoesNotContain("PRIVATE KEY", await File.ReadAllTextAsync(folder["node-3.invite"], TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        var own = await DoneAsync("join", Text(third, "file"), "--folder", "third", "--listen", "127.0.0.1:30999");
        Assert.Equal(Text(third, "node"), Text(own, "node"));
        Assert.Contains("127.0.0.1:30999", await File.ReadAllTextAsync(Path.Combine(folder.Path, Text(own, "file")),
            TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var unit = await DoneAsync("node", "init", "--folder", "further", "--systemd");
        Assert.Contains(Text(further, "folder"), Text(unit, "unit"), StringComparison.Ordinal);
        // Systemd starts no unit that is to write to what is not there.
        foreach (var set in (string[])[file, joined.GetProperty("nodeFiles")[0].GetString()!, Text(further, "file")])
            Assert.True(Directory.Exists(Path.Combine(folder.Path, Path.GetDirectoryName(set)!, "data")));
        Directory.Delete(Text(further, "folder"));
        var missing = (await StarlingProcess.RunAsync(folder.Path, "node", "init", "--folder", "further", "--systemd"))
            .Ended(ExitCode.Configuration);
        Assert.Contains($"install -d -m 700 -o starling {Text(further, "folder")}", missing.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Text(await DoneAsync("node", "init", "--folder", "fresh"), "file")));
        var bundle = await DoneAsync("support-bundle", "--config", Text(further, "file"), "--out", "support.tar.gz");
        Assert.Contains("doctor.txt", bundle.GetProperty("holds").EnumerateArray().Select(name => name.GetString()));

        static IEnumerable<string?> Fingerprints(JsonElement report) =>
            report.GetProperty("organisations").EnumerateArray().Select(each => each.GetProperty("fingerprint").GetString());
    }

    private static string Text(JsonElement report, string name) => report.GetProperty(name).GetString()!;

    private async Task<JsonElement> DoneAsync(params string[] words)
    {
        var result = (await StarlingProcess.RunAsync(folder.Path, [.. words, "--json"])).Ended(ExitCode.Done);
        Assert.Single(result.Output.Split('\n'));
        return result.Json();
    }
}
