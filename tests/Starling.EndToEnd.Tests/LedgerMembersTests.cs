using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Starling.Api;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.EndToEnd.Tests.Processes;
using Starling.Ledgers.Etcd;
using Starling.Ledgers.Tests.Etcd;
using Starling.Node.Identity;

namespace Starling.EndToEnd.Tests;

/// <summary>Three organisations, each with an authority of its own, run a member of etcd each by <c>starling ledger start</c>.</summary>
public sealed class LedgerMembersTests : IDisposable
{
    private static readonly string[] Organisations = ["a", "b", "c"];

    private readonly TemporaryFolder folder = new();
    private readonly int[] ports = EtcdCluster.FreePorts(6);
    private readonly ContractId contract = ContractId.Parse("trial");
    private NodeKeys author = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string[] Anchors => [.. Organisations.Select(name => folder[$"{name}.pem"])];

    public void Dispose()
    {
        author?.Dispose();
        folder.Dispose();
    }

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task Members_work_over_tls_end_with_their_supervisor_and_start_again_when_they_are_killed()
    {
        Issue();
        var members = Organisations.Select(Start).ToArray();
        try
        {
            var processes = await Task.WhenAll(members.Select(member => StateAsync(member, "Working")));
            await using var ledger = Open("node");
            await AppendAsync(ledger, 1);

            // Its supervisor is killed: etcd goes with it, and the others are enough.
            await members[0].KillAsync(withChildren: false);
            await GoneAsync(processes[0].GetProperty("process").GetInt32());
            await AppendAsync(ledger, 2);

            // One is killed: its supervisor starts it again.
            var killed = processes[1].GetProperty("process").GetInt32();
            await StarlingProcess.SignalAsync(killed, "KILL");
            Assert.Contains("exit code 137", (await StateAsync(members[1], "Ended")).GetProperty("detail").GetString(),
                StringComparison.Ordinal);
            await StateAsync(members[1], "Working", killed);
            await AppendAsync(ledger, 3);
            Assert.Equal([1, 2, 3], (await ledger.ReadAsync(contract, 0, 10, Cancel)).Entries.Select(entry => entry.Entry.Body.Sequence));

            // Two are gone: the third one says so, and goes on when one is back with its data.
            await members[1].SignalAsync("INT");
            (await members[1].EndAsync()).Ended(ExitCode.Done);
            await using (var last = Open("node", "c"))
                Assert.Contains("start those that are down", (await last.AppendAsync([Entry(4)], Cancel)).Trouble,
                    StringComparison.Ordinal);
            members[0] = Start("a");
            await StateAsync(members[0], "Working");
            await AppendAsync(ledger, 5);
            var log = await StarlingProcess.RunAsync(
                folder.Path, ["ledger", "log", "--etcd", Endpoints(), "--contract", "trial", .. Identity("node"), "--json"]);
            Assert.Contains("\"sequence\":5", log.Ended(ExitCode.Done).Output, StringComparison.Ordinal);
            var elsewhere = await StarlingProcess.RunAsync(
                folder.Path, ["ledger", "log", "--etcd", Endpoints(), "--prefix", "elsewhere/", .. Identity("node")]);
            Assert.Contains("holds no contract", elsewhere.Ended(ExitCode.Usage).Error, StringComparison.Ordinal);
        }
        finally
        {
            foreach (var member in members)
                await member.DisposeAsync();
        }
    }

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task Strangers_and_members_that_pass_for_others_are_refused_with_a_sentence()
    {
        Issue();
        await using var member = StarlingProcess.Start(folder.Path, [.. Arguments("a", "a"), .. Identity("member-a")]);
        await StateAsync(member, "Working");
        using (var stranger = CertificateAuthority.Create("stranger.test", TimeProvider.System))
        using (var keys = stranger.Issue(NodeId.Parse("spiffe://stranger.test/a/node"), Roles.Learner, TimeProvider.System))
            keys.Save(folder["stranger.pem"], folder["stranger.key"]);
        await using (var ledger = Open("stranger", "a"))
            Assert.Contains("does not take this node's certificate", (await ledger.AppendAsync([Entry(1)], Cancel)).Trouble,
                StringComparison.Ordinal);

        // An ordinary node's certificate names no host, so that it cannot pass for a member.
        await member.SignalAsync("INT");
        (await member.EndAsync()).Ended(ExitCode.Done);
        await using var impostor = StarlingProcess.Start(folder.Path, [.. Arguments("a", "a"), .. Identity("node")]);
        await impostor.LineAsync(line => line.Contains("must name its host", StringComparison.Ordinal)); // It listens by then.
        await using (var ledger = Open("node", "a"))
            Assert.Contains("the member's must name its host", (await ledger.AppendAsync([Entry(1)], Cancel)).Trouble,
                StringComparison.Ordinal);
    }

    /// <summary>
    /// Red if members must be started by hand to trust another authority, if one's certificate of that authority does not count for the
    /// others, or if what the old one issued still does.
    /// </summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task An_authority_gets_another_key_while_the_members_run()
    {
        Issue();
        var members = Organisations.Select(Start).ToArray();
        try
        {
            List<int> processes = [.. (await Task.WhenAll(members.Select(member => StateAsync(member, "Working")))).Select(
                state => state.GetProperty("process").GetInt32())];
            await using (var ledger = Open("node"))
                await AppendAsync(ledger, 1);

            // As the rotation is documented: everybody has both authorities, then certificates are new, then the old authority goes.
            var old = await File.ReadAllTextAsync(folder["a.pem"], Cancel);
            using var authority = CertificateAuthority.Create("a.test", TimeProvider.System);
            authority.Save(folder["new.pem"], folder["new.key"]);
            var renewed = await File.ReadAllTextAsync(folder["new.pem"], Cancel);
            await TrustAsync(members, processes, old + renewed);
            using (var node = authority.Issue(NodeId.Parse("spiffe://a.test/a/node"), Roles.Learner, TimeProvider.System))
                node.Save(folder["renewed.pem"], folder["renewed.key"]);
            using (var member =
                authority.Issue(NodeId.Parse("spiffe://a.test/a/ledger"), Roles.Ledger, TimeProvider.System, hosts: ["127.0.0.1"]))
                member.Save(folder["member-a.pem"], folder["member-a.key"]);
            await TrustAsync(members, processes, renewed);

            // Without b both others are needed: what c thinks of a's new certificate decides.
            await members[1].SignalAsync("INT");
            (await members[1].EndAsync()).Ended(ExitCode.Done);
            await using (var ledger = Open("renewed", "a", "c"))
                await AppendAsync(ledger, 2);
            await using (var ledger = Open("node", "c"))
                Assert.Contains("does not take this node's certificate", (await ledger.AppendAsync([Entry(3)], Cancel)).Trouble,
                    StringComparison.Ordinal);
        }
        finally
        {
            foreach (var member in members)
                await member.DisposeAsync();
        }
    }

    /// <summary>
    /// Red if a certificate that is revoked still reads the ledger, be it by a connection that stands or by a new one; if others no longer
    /// do; or if a list counts that none of the member's authorities has signed.
    /// </summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_revoked_certificate_reaches_no_member()
    {
        Issue();
        using var authority = AuthorityFolder.Create(folder["authority"], "a.test", TimeProvider.System);
        File.Copy(authority.CertificatePath, folder["a.pem"], overwrite: true);
        Issued("own", "ledger", "127.0.0.1");
        Issued("stolen", "node-1");
        Issued("other", "node-2");
        var good = Issued("good", "node-3");
        authority.Revoke(PemCertificates.Read(folder["other.pem"])[0]);
        await using var member = StarlingProcess.Start(folder.Path,
            [.. Arguments("a", "a"), .. Identity("own"), "--revocations", authority.RevocationsPath, "--revocations", Foreign(good)]);
        var process = (await StateAsync(member, "Working")).GetProperty("process").GetInt32();
        await using var standing = Open("stolen", "a");
        await AppendAsync(standing, 1);
        await using var others = Open("good", "a");
        await AppendAsync(others, 2);

        authority.Revoke(PemCertificates.Read(folder["stolen.pem"])[0]);
        await StateAsync(member, "Working", process);
        Assert.NotEqual(AppendOutcome.Appended, (await standing.AppendAsync([Entry(3)], Cancel)).Outcome);
        await using (var anew = Open("stolen", "a"))
            Assert.NotEqual(AppendOutcome.Appended, (await anew.AppendAsync([Entry(3)], Cancel)).Outcome);
        await AppendAsync(others, 3);

        CertificateDocument Issued(string name, string node, params string[] hosts)
        {
            var made = new NodeFolder(folder[name + "-folder"]);
            var certificate = authority.Issue(
                NodeId.Parse($"spiffe://a.test/a/{node}"), Roles.Learner | Roles.Ledger, null, null, made, hosts);
            File.Copy(made.CertificatePath, folder[name + ".pem"]);
            File.Copy(made.KeyPath, folder[name + ".key"]);
            return certificate;
        }

        // It names a certificate that another authority issued.
        string Foreign(CertificateDocument named)
        {
            using var root = CertificateAuthority.Create("foreign.test", TimeProvider.System);
            root.Save(folder["foreign.pem"], folder["foreign.key"]);
            using var signer = X509Certificate2.CreateFromPemFile(folder["foreign.pem"], folder["foreign.key"]);
            var list = new CertificateRevocationListBuilder();
            list.AddEntry(Convert.FromHexString(named.Serial));
            var der = list.Build(signer, 1, signer.NotAfter, HashAlgorithmName.SHA256);
            File.WriteAllText(folder["foreign-revoked.pem"], PemEncoding.WriteString("X509 CRL", der) + "\n");
            return folder["foreign-revoked.pem"];
        }
    }

    /// <summary>
    /// Red if a cluster that is there cannot be given a member, if that one does not hold what was there before, or if it stays
    /// behind when it is taken out.
    /// </summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task An_organisation_that_comes_later_gets_a_member_and_one_that_leaves_loses_it()
    {
        Issue();
        string[] reach = ["--etcd", Endpoints("a"), .. Identity("node"), "--json"];
        await using var first = StarlingProcess.Start(folder.Path, [.. Arguments("a", "a"), .. Identity("member-a")]);
        await StateAsync(first, "Working");
        await using (var ledger = Open("node", "a"))
            await AppendAsync(ledger, 1);

        var added = (await StarlingProcess.RunAsync(folder.Path, ["ledger", "add-member", $"b=127.0.0.1:{ports[4]}", .. reach]))
            .Ended(ExitCode.Done).Json();
        Assert.Equal((2, 2), (added.GetProperty("members").GetInt32(), added.GetProperty("majority").GetInt32()));
        await using var second = StarlingProcess.Start(folder.Path, [.. Arguments("b", "a", "b"), "--existing", .. Identity("member-b")]);
        await StateAsync(second, "Working");
        Assert.Equal($"a=127.0.0.1:{ports[3]},b=127.0.0.1:{ports[4]}", added.GetProperty("join").GetString());
        await using (var ledger = Open("node", "b"))
        {
            await AppendAsync(ledger, 2);
            Assert.Equal([1, 2], (await ledger.ReadAsync(contract, 0, 10, Cancel)).Entries.Select(entry => entry.Entry.Body.Sequence));
        }

        var listed = (await StarlingProcess.RunAsync(folder.Path, ["ledger", "members", .. reach])).Ended(ExitCode.Done).Json();
        Assert.Equal(["a", "b"], listed.EnumerateArray().Select(member => member.GetProperty("name").GetString()));
        await Refused("is a member already", "add-member", $"b=127.0.0.1:{ports[5]}");
        await Refused("say --yes", "remove-member", "b");
        await Refused("there is no member 'c'; did you mean 'a'? There are a, b; 'starling ledger members'", "remove-member", "c", "--yes");
        (await StarlingProcess.RunAsync(folder.Path, ["ledger", "remove-member", "b", "--yes", .. reach])).Ended(ExitCode.Done);
        Assert.Contains("taken out of its cluster", (await second.EndAsync()).Ended(ExitCode.Configuration).Error,
            StringComparison.Ordinal);
        Assert.Contains("taken out of its cluster",
            (await StarlingProcess.RunAsync(folder.Path, [.. Arguments("b", "a", "b"), "--existing", .. Identity("member-b")]))
            .Ended(ExitCode.Configuration).Error, StringComparison.Ordinal);
        await Refused("the only member", "remove-member", "a", "--yes");
        await using (var ledger = Open("node", "a"))
            await AppendAsync(ledger, 3);

        async Task Refused(string why, params string[] words) =>
            Assert.Contains(why, (await StarlingProcess.RunAsync(folder.Path, ["ledger", .. words, .. reach])).Ended(ExitCode.Usage).Error,
                StringComparison.Ordinal);
    }

    /// <summary>
    /// Red if the line that tells why a member ends is lost among those that follow it: for each of the others' addresses etcd reports
    /// errors while it stops.
    /// </summary>
    [Theory(Timeout = TimeLimit.Quick)]
    [InlineData("permanently removed from the cluster", ExitCode.Configuration, "taken out of its cluster, for good")]
    [InlineData("bind: address already in use", ExitCode.PortBusy, "is in use by another process; stop that one")]
    public async Task Why_a_member_ended_is_found_among_much_that_it_said_later(string reason, ExitCode code, string said)
    {
        var etcd = folder["etcd"];
        await File.WriteAllTextAsync(etcd, $$"""
            #!/bin/sh
            echo '{"level":"warn","msg":"server error","error":"{{reason}}"}' >&2
            for i in $(seq 100); do echo '{"level":"warn","msg":"lost the TCP streaming connection","error":"EOF"}' >&2; done
            """, Cancel);
        using (var change = Process.Start("chmod", ["700", etcd]))
            await change.WaitForExitAsync(Cancel);
        var member = await StarlingProcess.RunAsync(
            folder.Path,
            ["ledger", "start", "--name", "a", "--join", $"a=127.0.0.1:{ports[3]}", "--client-port", $"{ports[0]}", "--etcd", etcd]);
        Assert.Contains(said, member.Ended(code).Error, StringComparison.Ordinal);
    }

    /// <summary>Red if etcd is asked first, which says it in JSON; or if whoever has the port is taken for the member.</summary>
    [Theory(Timeout = TimeLimit.Quick)]
    [InlineData(0)]
    [InlineData(3)]
    public async Task A_taken_port_is_one_sentence_with_the_remedy(int which)
    {
        using var squatter = new TcpListener(IPAddress.Loopback, ports[which]);
        squatter.Start();
        var member = await StarlingProcess.RunAsync(
            folder.Path, ["ledger", "start", "--name", "a", "--join", $"a=127.0.0.1:{ports[3]}", "--client-port", $"{ports[0]}", "--json"]);
        Assert.Equal(
            $"error: Port {ports[which]} of 127.0.0.1, for the ledger's member a, is in use by another process; stop that one, or name another port by --join or --client-port.",
            member.Ended(ExitCode.PortBusy).Error.TrimEnd());
        Assert.Empty(member.Output);
    }

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task What_cannot_be_run_is_said_with_a_remedy()
    {
        await Refused(ExitCode.Usage, "not among the members", "--name", "a", "--join", "b=127.0.0.1");
        await Refused(ExitCode.Usage, "--certificate, --key and --anchor", "--name", "a", "--join", "a=127.0.0.1,b=10.0.0.2");
        await Refused(ExitCode.Usage, "write NAME=HOST", "--name", "a", "--join", "a=127.0.0.1/x");
        await Refused(ExitCode.Configuration, "There is no /nowhere/etcd", "--name", "a", "--join", "a=127.0.0.1", "--etcd",
            "/nowhere/etcd");

        async Task Refused(ExitCode code, string why, params string[] arguments) =>
            Assert.Contains(why, (await StarlingProcess.RunAsync(folder.Path, ["ledger", "start", .. arguments])).Ended(code).Error,
                StringComparison.Ordinal);
    }

    private void Issue()
    {
        foreach (var name in Organisations)
        {
            using var authority = CertificateAuthority.Create($"{name}.test", TimeProvider.System);
            authority.Save(folder[$"{name}.pem"], folder[$"{name}.key"]);
            using var member = authority.Issue(NodeId.Parse($"spiffe://{name}.test/{name}/ledger"), Roles.Ledger, TimeProvider.System,
                hosts: ["127.0.0.1"]);
            member.Save(folder[$"member-{name}.pem"], folder[$"member-{name}.key"]);
            if (name != "a")
                continue;
            author = authority.Issue(NodeId.Parse("spiffe://a.test/a/node"), Roles.Learner, TimeProvider.System);
            author.Save(folder["node.pem"], folder["node.key"]);
        }
    }

    // Each member ends and starts by itself once a's authorities are others.
    private async Task TrustAsync(StarlingProcess[] members, List<int> processes, string authorities)
    {
        await File.WriteAllTextAsync(folder["a.pem"], authorities, Cancel);
        var before = processes.ToArray();
        foreach (var member in members)
            processes.Add((await StateAsync(member, "Working", before)).GetProperty("process").GetInt32());
    }

    private StarlingProcess Start(string name) =>
        StarlingProcess.Start(folder.Path, [.. Arguments(name, Organisations), .. Identity($"member-{name}")]);

    private IEnumerable<string> Arguments(string name, params string[] members)
    {
        var join = members.Select(member => $"{member}=127.0.0.1:{ports[3 + Array.IndexOf(Organisations, member)]}");
        return ["ledger", "start", "--name", name, "--join", string.Join(',', join), "--client-port",
            $"{ports[Array.IndexOf(Organisations, name)]}", "--json", "--parent-stdin"];
    }

    private IEnumerable<string> Identity(string name) =>
        ["--certificate", folder[$"{name}.pem"], "--key", folder[$"{name}.key"],
            .. Anchors.SelectMany(anchor => (string[])["--anchor", anchor])];

    private string Endpoints(params IEnumerable<string> members) =>
        string.Join(',',
            members.DefaultIfEmpty().SelectMany(member => member is null ? Organisations : [member])
                .Select(member => $"https://127.0.0.1:{ports[Array.IndexOf(Organisations, member)]}"));

    private EtcdLedger Open(string identity, params string[] members) => EtcdLedger.Open(new EtcdOptions
    {
        Endpoints = [.. Endpoints(members).Split(',')
            .Select(text => EtcdEndpoint.TryParse(text, out var endpoint) ? endpoint : throw new ArgumentException(text))],
        Patience = members.Length == 0 ? TimeSpan.FromSeconds(20) : TimeSpan.FromSeconds(1),
        Identity = new EtcdIdentityFiles(folder[$"{identity}.pem"], folder[$"{identity}.key"], [.. Anchors]),
    });

    private SignedEntry Entry(long sequence)
    {
        var body = new EntryBody(contract, 0, author.Identity.Id, 1, sequence, 1, 0, default, new byte[8]).Encode();
        return new SignedEntry(body, author.Identity.Key, [.. author.Signer.Sign(body)]);
    }

    private async Task AppendAsync(EtcdLedger ledger, long sequence)
    {
        var answer = await ledger.AppendAsync([Entry(sequence)], Cancel);
        Assert.True(answer.Outcome == AppendOutcome.Appended, answer.Trouble);
    }

    private static async Task<JsonElement> StateAsync(StarlingProcess member, string state, params int[] besides) =>
        JsonDocument.Parse(await member.LineAsync(line =>
        line.Contains($"\"state\":\"{state}\"", StringComparison.Ordinal)
            && !besides.Any(process => line.EndsWith($"\"process\":{process}}}", StringComparison.Ordinal)))).RootElement;

    // A process that is nobody's child any more may be left as a zombie.
    private static async Task GoneAsync(int process)
    {
        while (File.Exists($"/proc/{process}/cmdline") && (await File.ReadAllTextAsync($"/proc/{process}/cmdline", Cancel)).Length > 0)
            await Task.Delay(20, Cancel);
    }
}
