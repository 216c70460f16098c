using System.Collections.Immutable;
using System.Security.Authentication;
using Starling.Core.Identity;
using Starling.Core.Tasks;
using Starling.Core.Training;
using Starling.Node.Tests.Transport;
using Starling.Node.Transport;
using Starling.Node.Transport.Wire;

namespace Starling.Daemon.Tests.Refusals;

/// <summary>
/// Whom a node refuses, and in which words: over real sockets and TLS, against a node in this process. A row is red if its check is taken
/// out, or if it says anything else. <c>{self}</c> is the node, <c>{member}</c> the member that it awaits, <c>{time}</c> any time.
/// </summary>
public sealed class RefusalTests(RefusingNode node) : IClassFixture<RefusingNode>
{
    private const string Stranger = "spiffe://faulty.example/clinic/node", Person = "spiffe://test.example/clinic-0/person",
        Other = "spiffe://test.example/clinic-1/person";
    private const string NoCertificate = "No certificate was presented; every node and every client needs one.";
    private const string Expired = $"The certificate of {Stranger} expired at {{time}}; it is {{time}} here. Issue a new one.";
    private const string NoName =
        "The certificate of CN=node does not name a node; its one URI must be spiffe://trust-domain/organisation/node, and its key on the curve P-256. "
        + "One that others made can be mapped to a node under 'identity.mapped' in the node.yaml of whoever refuses it.";

    private const string NotAdmitted =
        "is neither an admin of this node nor of its organisation; list it under 'admins' in the node's node.yaml.";
    private const string NoContent = "There is no content of this name on the node; prepare it by a task.";
    private const string NoEntry = "The body must be JSON with 'entry': the signed entry in Base64.";

    private static readonly byte[] Expel = TrainingEntryCodec.Encode(new Revoke(NodeId.Create("test.example", "clinic-1", "node")));

    private static readonly ImmutableArray<Row> Rows =
    [
        // Certificates, as a peer.
        new("certificate", "peer, none", n => n.PeerAsync(null), nameof(PeerRefusal.NoCertificate), NoCertificate),
        new("certificate", "peer, expired", n => n.PeerAsync(n.Fault(-9, -1)), nameof(PeerRefusal.Expired), Expired),
        new("certificate", "peer, of tomorrow", n => n.PeerAsync(n.Fault(1, 9)), nameof(PeerRefusal.NotYetValid),
            $"The certificate of {Stranger} is not valid before {{time}}; it is {{time}} here. Check the clocks."),
        new("certificate", "peer, revoked", n => n.PeerAsync(n.Revoked), nameof(PeerRefusal.Revoked),
            "The certificate of spiffe://faulty.example/clinic/revoked was revoked by its authority at {time}. Have a new one issued, for a new key; contracts that have enrolled the old key take that under a new name alone."),
        new("certificate", "peer, foreign authority", n => n.PeerAsync(new TestAuthority("foreign").Issue([Stranger])),
            nameof(PeerRefusal.UnknownAuthority),
            $"No trusted authority vouches for the certificate of {Stranger}; it was issued by CN=foreign."),
        new("certificate", "peer, authority of a trusted name",
            n => n.PeerAsync(new TestAuthority("faulty", "faulty.example").Issue([Stranger])), nameof(PeerRefusal.UnknownAuthority),
            $"No trusted authority vouches for the certificate of {Stranger}; it was issued by CN=faulty."),
        new("certificate", "peer, authority of another trust domain",
            n => n.PeerAsync(n.Fault(uris: ["spiffe://test.example/clinic-1/node"])), nameof(PeerRefusal.UnknownAuthority),
            "No trusted authority of the trust domain test.example vouches for the certificate of {member}."),
        new("certificate", "peer, no identity", n => n.PeerAsync(n.Fault(uris: [])), nameof(PeerRefusal.NoSpiffeId), NoName),
        new("certificate", "peer, two identities", n => n.PeerAsync(n.Fault(uris: [Stranger, Person])), nameof(PeerRefusal.NoSpiffeId),
            NoName),
        new("certificate", "peer, an authority's own", n => n.PeerAsync(n.Fault(authority: true)), nameof(PeerRefusal.NoSpiffeId), NoName),
        new("certificate", "peer, another purpose", n => n.PeerAsync(n.Fault(purpose: "1.3.6.1.5.5.7.3.3")),
            nameof(PeerRefusal.UnfitCertificate), $"The certificate of {Stranger} cannot be used here: NotValidForUsage."),

        // Certificates, as a client of the API.
        new("certificate", "client, none", n => n.ApiAsync(null, RefusingNode.Get("/v1/status")), "403", NoCertificate),
        new("certificate", "client, expired", n => n.ApiAsync(n.Fault(-9, -1), RefusingNode.Get("/v1/status")), "403", Expired),
        new("certificate", "client, revoked", n => n.ApiAsync(n.Revoked, RefusingNode.Get("/v1/status")), "403",
            "The certificate of spiffe://faulty.example/clinic/revoked was revoked by its authority at {time}. Have a new one issued, for a new key; contracts that have enrolled the old key take that under a new name alone."),
        new("certificate", "client, foreign authority",
            n => n.ApiAsync(new TestAuthority("foreign").Issue([Person]), RefusingNode.Get("/v1/status")), "403",
            $"No trusted authority vouches for the certificate of {Person}; it was issued by CN=foreign."),
        new("certificate", "client, no identity", n => n.ApiAsync(n.Fault(uris: []), RefusingNode.Get("/v1/status")), "403", NoName),

        // Roles.
        new("role", "peer, none", n => n.PeerAsync(n.Fault(roles: Roles.None)), nameof(PeerRefusal.NoRole),
            $"The certificate of {Stranger} gives it no role; issue one with 'starling ca issue --role', or name its roles under 'identity.mapped' in the node.yaml of whoever refuses it."),
        new("role", "peer, none of a peer's", n => n.PeerAsync(n.Fault(roles: Roles.Ledger | Roles.Admin | Roles.Observer)),
            nameof(PeerRefusal.NoRole),
            $"{Stranger} may not connect as a peer: its certificate gives it ledger, admin, observer, and learner, operator are the roles that may. Issue one with such a role."),
        new("role", "client, none", n => n.ApiAsync(n.Fault(roles: Roles.None), RefusingNode.Get("/v1/status")), "403",
            $"The certificate of {Stranger} gives it no role; issue one with 'starling ca issue --role', or name its roles under 'identity.mapped' in the node.yaml of whoever refuses it."),
        new("role", "stop", n => n.ApiAsync(n.Issue(Roles.Learner | Roles.Observer), RefusingNode.Get("/v1/stop", "POST")), "403",
            MayNot("learner, observer", "admin")),
        new("role", "drain", n => n.ApiAsync(n.Issue(Roles.Operator), RefusingNode.Get("/v1/drain", "POST")), "403",
            MayNot("operator", "admin")),
        new("role", "found a contract", n => n.ApiAsync(n.Issue(Roles.Observer), RefusingNode.Post("/v1/contracts", [1])), "403",
            MayNot("observer", "admin")),
        new("role", "append an entry", n => n.ApiAsync(n.Issue(Roles.Ledger), RefusingNode.Post("/v1/contracts/trial/entries", [1])), "403",
            MayNot("ledger", "admin")),
        new("role", "read content", n => n.ApiAsync(n.Issue(Roles.Learner), RefusingNode.Get("/v1/content/code")), "403",
            MayNot("learner", "operator, admin")),

        // Membership.
        new("membership", "peer that no contract names",
            n => n.PeerAsync(n.Fault(), peer => peer.SendAsync(FrameKind.Hello, n.Hello(NodeId.Parse(Stranger)))),
            nameof(PeerRefusal.NotExpected),
            $"{{self}} does not expect {Stranger}: no contract here names it as a member, yet."),
        new("membership", "client of another organisation",
            n => n.ApiAsync(n.Issue(NodeId.Parse(Other), Roles.Admin), RefusingNode.Get("/v1/status")), "403", $"{Other} {NotAdmitted}"),
        new("membership", "client of another organisation, which would keep its connection",
            n => n.ApiAsync(n.Issue(NodeId.Parse(Other), Roles.Learner), "GET /v1/status HTTP/1.1\r\nHost: node\r\n\r\n"), "403",
            $"{Other} {NotAdmitted}"),
        new("membership", "client of another trust domain",
            n => n.ApiAsync(n.Fault(roles: Roles.Admin), RefusingNode.Get("/v1/no-such-path")), "403", $"{Stranger} {NotAdmitted}"),
        new("membership", "entry of nobody's", n => n.AppendAsync(at => at, Expel, author: n.Clerk), "400",
            "The entry is spiffe://test.example/clinic-0/clerk's, and the caller is spiffe://test.example/office/admin: a node takes from a caller its own entries only."),
        new("membership", "entry about nobody", n => n.AppendAsync(at => at, TrainingEntryCodec.Encode(new Revoke(NodeId.Parse(Stranger)))),
            "409",
            "The node named is no member of the contract; look at who is, and have an admin enrol it."),
        new("membership", "admin's work as operator",
            async n => await n.ApiAsync(n.Issue(Roles.Admin), RefusingNode.Post("/v1/contracts/lab/entries", n.Clerk.Sign(
            await n.Client.GetPositionAsync("lab", TestContext.Current.CancellationToken), RunnerEntryCodec.Encode(new CancelRun(1, ""))))),
            "400",
            $"The entry is spiffe://test.example/clinic-0/clerk's, and the caller is {Person}: a node takes from a caller its own entries only."),

        // Audiences.
        new("audience", "an update's manifest", n => n.AskForAsync(n.Update, null), "FetchRefused", "Forbidden"),
        new("audience", "an update's bytes", n => n.AskForAsync(n.Update, 0), "FetchRefused", "Forbidden"),
        new("audience", "what is not there", n => n.AskForAsync(new BlobId(Digest.Of("nothing"u8)), null), "FetchRefused", "Forbidden"),
        new("audience", "an entry for another contract", n => n.AppendAsync(at => at with { Contract = "lab" }, Expel), "400",
            "The entry is of the contract lab, and the path names trial."),
        new("audience", "a training's entry for a task runner", n => n.AppendAsync(at => at, Expel, "lab"), "409",
            "The payload is no entry of this kind of contract; use a command for what the contract is."),

        // Paths that lead out.
        new("path escape", "content, encoded slashes",
            n => n.ApiAsync(n.Issue(Roles.Admin), RefusingNode.Get("/v1/content/..%2F..%2Fnode.key")), "404", NoContent),
        new("path escape", "content, encoded dots",
            n => n.ApiAsync(n.Issue(Roles.Admin), RefusingNode.Get("/v1/content/%2e%2e/%2e%2e/node.key")), "404",
            "The API has no /node.key."),
        new("path escape", "content, a dot name", n => n.ApiAsync(n.Issue(Roles.Admin), RefusingNode.Get("/v1/content/..%5Cnode.key")),
            "404", NoContent),
        new("path escape", "model", n => n.ApiAsync(n.Issue(Roles.Admin), RefusingNode.Get("/v1/models/..%2F..%2Fjournal.db/latest")),
            "404", "The node does not follow this contract."),
        new("path escape", "contract", n => n.ApiAsync(n.Issue(Roles.Admin), RefusingNode.Get("/v1/contracts/..%2Fnode.key")), "404",
            "The ledger has no contract '..%2Fnode.key'."),
        new("path escape", "file", n => n.ApiAsync(n.Issue(Roles.Admin), RefusingNode.Get("/../../etc/passwd")), "404",
            "The API has no /etc/passwd."),

        // More than there may be.
        new("oversize", "hello", n => n.PeerAsync(n.Issue(n.Member, Roles.Learner), peer => peer.SendAsync(1, int.MaxValue)),
            nameof(PeerRefusal.BrokenRule), "A frame Hello of 2147483647 bytes exceeds the bound of 2048."),
        new("oversize", "hint", n => n.PeerAsync(n.Issue(n.Member, Roles.Learner), peer => GreetAndSend(n, peer, 3, 65537)),
            nameof(PeerRefusal.BrokenRule), "A frame Hint of 65537 bytes exceeds the bound of 65536."),
        new("oversize", "word", n => n.PeerAsync(n.Issue(n.Member, Roles.Learner), peer => GreetAndSend(n, peer, 11, 5121)),
            nameof(PeerRefusal.BrokenRule), "A frame Word of 5121 bytes exceeds the bound of 5120."),
        new("oversize", "entry",
            n => n.ApiAsync(n.Issue(Roles.Admin),
                "POST /v1/contracts/trial/entries HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: 9999999\r\n\r\n"), "400",
            "The body is larger than {most} bytes; no entry is."),
        new("oversize", "page", n => n.ApiAsync(n.Issue(Roles.Observer), RefusingNode.Get("/v1/contracts?limit=501")), "400",
            "'limit' must be a whole number from 1 to 500."),
        new("oversize", "cursor", n => n.ApiAsync(n.Issue(Roles.Observer), RefusingNode.Get($"/v1/contracts?after={new string('a', 513)}")),
            "400", "'after' must be the 'next' of an earlier page, or absent."),
        new("oversize", "path", n => n.ApiAsync(n.Issue(Roles.Observer), RefusingNode.Get($"/{new string('a', 9000)}")), "414", ""),
        new("oversize", "headers",
            n => n.ApiAsync(n.Issue(Roles.Observer), $"GET /v1/status HTTP/1.0\r\nX: {new string('a', 40_000)}\r\n\r\n"), "431", ""),

        // What was said before, or elsewhere.
        new("replay", "a sequence number", n => n.AppendAsync(at => at with { Sequence = 1 }, Expel), "409",
            "The author's sequence number is used; read the position again and sign anew."),
        new("replay", "an incarnation", n => n.AppendAsync(at => at with { Incarnation = 7 }, Expel), "409",
            "The author has begun another incarnation meanwhile; read the position again and sign anew."),
        new("replay", "an epoch", n => n.AppendAsync(at => at with { Epoch = 3 }, Expel), "409",
            "The contract was restarted meanwhile; read its position again and sign anew."),
        new("replay", "another history", n => n.AppendAsync(at => at with { Height = 0 }, Expel), "409",
            "The author saw another history than this one; check that all nodes use the same ledger."),
        new("replay", "other rules", n => n.AppendAsync(at => at with { RulesVersion = 9 }, Expel), "409",
            "The entry was made for another version of the contract's rules; use a command line of the version that its nodes run."),
        new("replay", "a name", n => n.AppendFoundingAsync("trial"), "409",
            "A contract of this name exists already, and is not as it is asked for now; 'contract info' and 'runner info' show how it is, 'contract change', 'contract enrol' and 'runner enrol' change it. Or choose another name."),
        new("replay", "a signature over other bytes", async n => await n.ForgedAsync(Expel), "400",
            "The entry is not under the signature of its key; spiffe://test.example/office/admin must sign the entry's bytes, with s in the lower half."),
        new("replay", "no entry", n => n.ApiAsync(n.Issue(Roles.Admin), RefusingNode.Post("/v1/contracts/trial/entries", [])), "400",
            NoEntry),
        new("replay", "what is no entry",
            n => n.ApiAsync(n.Issue(Roles.Admin), RefusingNode.Post("/v1/contracts/trial/entries", [1, 2, 3])), "400",
            $"{NoEntry} {{why}}"),
        new("replay", "a hello", async n =>
        {
            await using var first = await RawPeer.ConnectAsync(n.Port, n.Issue(n.Member, Roles.Learner));
            await first.GreetAsync(n.Hello(n.Member));
            return await n.PeerAsync(n.Issue(n.Member, Roles.Learner), peer => peer.SendAsync(FrameKind.Hello, n.Hello(n.Member)),
                isLogged: false);
        }, nameof(PeerRefusal.Duplicate), "{self} already has, or sets up, a Control connection with {member}."),

        // TLS.
        new("TLS", "1.2 as a client", n => n.HandshakeAsync(Tls12, "http/1.1"), "alert", "tlsv1 alert protocol version"),
        new("TLS", "1.2 as a peer", n => n.HandshakeAsync(Tls12, "starling/1"), "alert", "tlsv1 alert protocol version"),
        new("TLS", "another protocol", n => n.HandshakeAsync(SslProtocols.Tls13, "starling/0"), "alert",
            "tlsv1 alert no application protocol"),

        // Who is not meant.
        new("wrong host", "a hello to another",
            n => n.PeerAsync(n.Issue(n.Member, Roles.Learner), peer => peer.SendAsync(FrameKind.Hello, Meaning(n, Stranger))),
            nameof(PeerRefusal.WrongNode),
            $"This is {{self}}, not {Stranger}; correct the address."),
        new("wrong host", "a hello in another's name",
            n => n.PeerAsync(n.Issue(n.Member, Roles.Learner), peer => peer.SendAsync(FrameKind.Hello, n.Hello(NodeId.Parse(Person)))),
            nameof(PeerRefusal.BrokenRule),
            $"The hello is of {Person}, the certificate of {{member}}."),
        new("wrong host", "a client that means another", n => n.ClientAsync(n.Member), "Identity",
            "Nothing was asked of the node at https://127.0.0.1/: it is {self}, and {member} was meant; correct the address, or whom you expect there."),
        new("wrong host", "a client that trusts others", n => n.ClientAsync(n.Id, n.Faulty.Certificate), "Identity",
            "Nothing was asked of the node at https://127.0.0.1/: no authority of test.example that you trust vouches for the certificate of {self}, which CN=Starling authority of test.example issued; name its authority among your anchors, if you trust it."),
    ];

#pragma warning disable CA5398 // What is refused must be asked for.
    private const SslProtocols Tls12 = SslProtocols.Tls12;
#pragma warning restore CA5398

    public static TheoryData<string> Names => [.. Rows.Select(row => row.ToString())];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Names))]
    public async Task Is_refused_in_these_words(string name)
    {
        var row = Rows.Single(row => row.ToString() == name);
        var refused = (await row.Ask(node)).WithoutTimes();
        var expected = row.Sentence.Replace("{self}", node.Id.Value, StringComparison.Ordinal)
            .Replace("{member}", node.Member.Value, StringComparison.Ordinal)
            .Replace("{most}", $"{RefusingNode.LargestBody}", StringComparison.Ordinal);
        if (expected.EndsWith(" {why}", StringComparison.Ordinal)) // What the decoder says is its own affair.
            (refused, expected) =
                (refused with { Sentence = refused.Sentence[..Math.Min(refused.Sentence.Length, expected.Length - 6)] }, expected[..^6]);
        Assert.Equal(new Refused(row.Status, expected), refused);
    }

    /// <summary>Red if a kind of refusal has no row, or docs/promises.md counts other rows than there are.</summary>
    [Fact]
    public void Every_kind_of_refusal_is_among_them()
    {
        Assert.Equal(["TLS", "audience", "certificate", "membership", "oversize", "path escape", "replay", "role", "wrong host"],
            Rows.Select(row => row.Kind).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(Rows.Length, Rows.Select(row => row.ToString()).Distinct().Count());
        Assert.Contains($"| {Rows.Length} callers, certificates, paths and sizes", File.ReadAllText(Promises()), StringComparison.Ordinal);
    }

    private static string Promises([System.Runtime.CompilerServices.CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "promises.md"));

    private static string MayNot(string roles, string needed) =>
        $"{Person} may not do this: its certificate gives it {roles}, and this needs {needed}. Have its authority issue one with that role.";

    private static async Task GreetAndSend(RefusingNode node, RawPeer peer, byte kind, uint length)
    {
        await peer.GreetAsync(node.Hello(node.Member));
        await peer.SendAsync(kind, length);
    }

    private static Hello Meaning(RefusingNode node, string expected)
    {
        var hello = node.Hello(node.Member);
        hello.Expected = expected;
        return hello;
    }

    private sealed record Row(string Kind, string What, Func<RefusingNode, Task<Refused>> Ask, string Status, string Sentence)
    {
        public override string ToString() => $"{Kind}: {What}";
    }
}
