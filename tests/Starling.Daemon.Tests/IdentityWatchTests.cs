using Microsoft.Extensions.Logging;
using Starling.Core.Identity;
using Starling.Daemon.Checks;
using Starling.Daemon.Configuration;
using Starling.Node.Identity;

namespace Starling.Daemon.Tests;

/// <summary>What a running node does when its identity's files change. Each look is made by the test, so that none is awaited.</summary>
public sealed class IdentityWatchTests : IDisposable
{
    private static readonly NodeId Node = NodeId.Create("trial.test", "lab", "a");
    private readonly string folder = Directory.CreateTempSubdirectory("starling-watch-").FullName;
    private readonly AuthorityFolder authority;
    private readonly NodeFolder identity;
    private readonly Lines lines = new();
    private int replaced;

    public IdentityWatchTests()
    {
        authority = AuthorityFolder.Create(Path.Combine(folder, "ca"), "trial.test", TimeProvider.System);
        identity = new NodeFolder(Path.Combine(folder, "identity"));
        authority.Issue(Node, Roles.Learner, null, TimeSpan.FromDays(100), identity);
    }

    private List<string> Logged => lines.Logged;

    private IdentityFiles Files => new(identity.CertificatePath, identity.KeyPath, [identity.AnchorPath]);

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_renewed_certificate_is_taken_and_the_key_stays()
    {
        var watch = Watch(Files);
        var first = watch.Current;
        watch.Look();
        Assert.Same(first, watch.Current);
        authority.Renew(identity, newKey: false, TimeSpan.FromDays(200));
        watch.Look();
        Assert.InRange(watch.Current.Credentials.Expires - DateTimeOffset.UtcNow, TimeSpan.FromDays(199), TimeSpan.FromDays(201));
        Assert.Same(first.Keys, watch.Current.Keys);
        Assert.Equal(1, replaced);
        Assert.DoesNotContain(Logged, line => line.StartsWith("Warning", StringComparison.Ordinal));
        watch.Look();
        Assert.Equal(1, replaced);
    }

    /// <summary>Red if a node with too few roles does not say so, or says so still when it has another certificate.</summary>
    [Fact]
    public void A_role_that_is_missing_is_told_until_the_certificate_gives_it()
    {
        var watch = Watch(Files with { Needed = Roles.Learner | Roles.Operator });
        watch.Look();
        Assert.Contains("the role operator,", Assert.Single(watch.Warnings), StringComparison.Ordinal);
        Assert.Contains(Logged, line => line.Contains("the role operator,", StringComparison.Ordinal));
        using (var key = System.Security.Cryptography.ECDsa.Create())
        {
            key.ImportFromPem(File.ReadAllText(identity.KeyPath));
            var both = new NodeFolder(Path.Combine(folder, "both"));
            authority.Issue(Node, Roles.Learner | Roles.Operator, key, null, both);
            File.Copy(both.CertificatePath, identity.CertificatePath, overwrite: true);
        }

        watch.Look();
        Assert.Empty(watch.Warnings);
    }

    /// <summary>Red if a key without its certificate is believed, or if what is wrong is logged again and again.</summary>
    [Fact]
    public void A_half_written_pair_changes_nothing_and_is_told_once()
    {
        var watch = Watch(Files);
        var first = watch.Current;
        var (certificate, key) = (File.ReadAllText(identity.CertificatePath), File.ReadAllText(identity.KeyPath));
        authority.Renew(identity, newKey: true, null);
        var whole = File.ReadAllText(identity.CertificatePath);
        File.WriteAllText(identity.CertificatePath, certificate);
        watch.Look();
        watch.Look();
        Assert.Same(first, watch.Current);
        Assert.Contains("is not the key of", Assert.Single(Logged), StringComparison.Ordinal);

        File.WriteAllText(identity.CertificatePath, whole);
        watch.Look();
        Assert.NotSame(first, watch.Current);
        Assert.Same(first.Keys, watch.Current.Keys);
        Assert.Contains(Logged, line => line.Contains("holds a new key", StringComparison.Ordinal));
        Assert.NotEqual(key, File.ReadAllText(identity.KeyPath));
    }

    /// <summary>Red if half a bundle passes for a whole one, by which peers of the rest would be cut off.</summary>
    [Fact]
    public void A_half_written_bundle_changes_nothing()
    {
        using var other = AuthorityFolder.Create(Path.Combine(folder, "other-ca"), "other.test", TimeProvider.System);
        var bundle = Path.Combine(folder, "anchors.pem");
        AnchorBundle.Write([identity.AnchorPath, other.CertificatePath], bundle, TimeProvider.System);
        var watch = Watch(Files with { Anchors = [bundle] });
        var first = watch.Current;
        var whole = File.ReadAllLines(bundle);
        File.WriteAllLines(bundle, whole[..^1]);
        watch.Look();
        Assert.Same(first, watch.Current);
        Assert.Contains("is not whole", Assert.Single(Logged), StringComparison.Ordinal);
        File.WriteAllLines(bundle, whole);
        watch.Look();
        Assert.Equal((2, 1), (watch.Current.Credentials.Trust.Anchors.Length, replaced));
    }

    /// <summary>Red if a node whose certificate was revoked is told to have its key certified anew, which a thief waits for.</summary>
    [Fact]
    public async Task A_node_with_a_revoked_certificate_is_told_to_make_a_new_key()
    {
        authority.Revoke(authority.Find(identity.CertificatePath));
        var files = Files with { Revocations = [authority.RevocationsPath] };
        var refused = await Assert.ThrowsAsync<DaemonException>(
            () => DaemonIdentity.LoadAsync(files, TestContext.Current.CancellationToken));
        Assert.Contains("starling ca rotate --node --new-key", refused.Message, StringComparison.Ordinal);
        var loaded = DaemonIdentity.Load(files, null);
        using var keys = loaded.Keys;
        Assert.Contains(TrustCheck.Examine(files, loaded, DateTimeOffset.UtcNow),
            result => result.Remedy?.Contains("--new-key", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void A_file_that_is_gone_or_another_nodes_changes_nothing()
    {
        var watch = Watch(Files);
        var first = watch.Current;
        var certificate = File.ReadAllText(identity.CertificatePath);
        File.Delete(identity.CertificatePath);
        watch.Look();
        Assert.Contains("There is no", Assert.Single(Logged), StringComparison.Ordinal);
        File.WriteAllText(identity.CertificatePath, certificate);
        authority.Issue(NodeId.Create("trial.test", "lab", "b"), Roles.Learner, null, null, identity);
        watch.Look();
        Assert.Contains("start another node for another identity", Logged[^1], StringComparison.Ordinal);
        Assert.Same(first, watch.Current);
    }

    [Fact]
    public void Revocations_are_read_when_they_change_and_the_own_one_is_told()
    {
        var other = new NodeFolder(Path.Combine(folder, "other"));
        var issued = authority.Issue(NodeId.Create("trial.test", "lab", "b"), Roles.Learner, null, null, other);
        authority.Revoke(authority.Find(issued.Serial));
        var watch = Watch(Files with { Revocations = [authority.RevocationsPath] });
        Assert.Equal(1, watch.Current.Credentials.RevokedCount);
        authority.Revoke(authority.Find(identity.CertificatePath));
        watch.Look();
        Assert.Equal((2, 1), (watch.Current.Credentials.RevokedCount, replaced));
        Assert.Contains($"The certificate of {Node} was revoked by its authority", Logged[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_expires_within_thirty_days_is_told_in_status_and_once_a_day_in_the_log()
    {
        var clock = new SetClock { Now = DateTimeOffset.UtcNow };
        var watch = Watch(Files, clock);
        watch.Look();
        Assert.Empty(watch.Warnings);
        clock.Now += TimeSpan.FromDays(71);
        watch.Look();
        watch.Look();
        Assert.Contains("certificate.pem expires at", Assert.Single(watch.Warnings), StringComparison.Ordinal);
        Assert.Contains("days; renew it.", Assert.Single(Logged), StringComparison.Ordinal);
        clock.Now += TimeSpan.FromDays(1);
        watch.Look();
        Assert.Equal(2, Logged.Count);
        clock.Now += TimeSpan.FromDays(60);
        Assert.Contains("expired at", Assert.Single(watch.Warnings), StringComparison.Ordinal);
        authority.Renew(identity, newKey: false, TimeSpan.FromDays(300));
        watch.Look();
        Assert.Empty(watch.Warnings);
    }

    /// <summary>Red if the ledger falls silent one day since nobody was told that what is shown to it expires.</summary>
    [Fact]
    public void What_is_shown_to_the_ledger_is_told_before_it_expires_and_no_longer_once_it_is_renewed()
    {
        var (member, client) = (new NodeFolder(Path.Combine(folder, "ledger")), new NodeFolder(Path.Combine(folder, "client")));
        authority.Issue(NodeId.Create("trial.test", "lab", "ledger"), Roles.Ledger, null, TimeSpan.FromDays(10), member, ["10.0.0.1"]);
        authority.Issue(Node, Roles.Learner, null, TimeSpan.FromDays(20), client);
        var watch = Watch(Files with
        {
            OfLedger = [identity.CertificatePath, client.CertificatePath, member.CertificatePath, Path.Combine(folder, "none.pem")],
        });
        Assert.Collection(watch.Warnings, one => Assert.StartsWith(client.CertificatePath + " expires at", one, StringComparison.Ordinal),
            two => Assert.StartsWith(member.CertificatePath + " expires at", two, StringComparison.Ordinal));
        authority.Renew(member, newKey: false, null);
        watch.Look();
        Assert.StartsWith(client.CertificatePath, Assert.Single(watch.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_others_made_is_shown_and_the_own_key_signs()
    {
        using var corporate = AuthorityFolder.Create(Path.Combine(folder, "corporate"), "corporate.test", TimeProvider.System);
        var made = new NodeFolder(Path.Combine(folder, "made"));
        corporate.Issue(NodeId.Create("corporate.test", "hosts", "h7"), Roles.Observer, null, TimeSpan.FromDays(10), made);
        var files = Files with { Shown = new ShownFiles(made.CertificatePath, made.KeyPath) };
        var watch = Watch(files);
        Assert.Equal(Node, watch.Current.Credentials.Node);
        Assert.InRange(watch.Current.Credentials.Expires - DateTimeOffset.UtcNow, TimeSpan.FromDays(9), TimeSpan.FromDays(11));
        Assert.Contains(made.CertificatePath, Assert.Single(watch.Warnings), StringComparison.Ordinal);
    }

    private IdentityWatch Watch(IdentityFiles files, TimeProvider? clock = null) =>
        new(files, DaemonIdentity.Load(files, null), null, clock ?? TimeProvider.System, lines) { Replaced = () => replaced++ };

    private sealed class Lines : ILogger<IdentityWatch>
    {
        public List<string> Logged { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Warning)
                Logged.Add($"{logLevel}: {formatter(state, exception)}");
        }
    }

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
