using System.Net;
using System.Text;
using System.Text.Json;
using Starling.Core.Configuration;
using Starling.Ledgers.Etcd.Wire;

namespace Starling.Ledgers.Etcd;

/// <summary>
/// Turns what etcd says into sentences with a remedy. etcd's words are those of v3.4 and v3.5 (<c>api/v3rpc/rpctypes/error.go</c>).
/// </summary>
internal static class EtcdTrouble
{
    private const int MaxQuote = 200;

    // What etcd says, what it means, and whether what was asked for may be done nevertheless.
    private static readonly (string Words, EtcdFault Fault, bool MayBeDone)[] Known =
    [
        ("no leader", EtcdFault.NoLeader, false),
        ("request timed out", EtcdFault.NoLeader, true),
        ("leader changed", EtcdFault.NoLeader, true),
        ("leadership transfer", EtcdFault.NoLeader, true),
        ("server stopped", EtcdFault.Unanswered, true),
        ("unhealthy cluster", EtcdFault.NotNow, false),
        ("not enough started members", EtcdFault.NotNow, false),
        ("not capable", EtcdFault.Unanswered, false),
        ("too many requests", EtcdFault.Unanswered, false),
        ("database space exceeded", EtcdFault.NoSpace, false),
        ("request is too large", EtcdFault.TooLarge, false),
        ("too many operations", EtcdFault.TooLarge, false),
        ("user name is empty", EtcdFault.Denied, false),
        ("permission denied", EtcdFault.Denied, false),
        ("invalid auth token", EtcdFault.Denied, false),
        ("authentication", EtcdFault.Denied, false),
        ("context canceled", EtcdFault.Unanswered, true),
        ("deadline exceeded", EtcdFault.Unanswered, true),
        ("transport is closing", EtcdFault.Unanswered, true),
        ("connection", EtcdFault.Unanswered, true),
    ];

    /// <summary>What a member's refusal means.</summary>
    public static EtcdException Refused(EtcdEndpoint endpoint, HttpStatusCode status, byte[] content)
    {
        var words = Words(content) ?? $"HTTP status {(int)status}";
        var (_, fault, mayBeDone) =
            Known.Append(("", EtcdFault.Unexpected, true)).First(known => words.Contains(known.Item1, StringComparison.OrdinalIgnoreCase));
        var says = $"{endpoint} says: {words}";
        return fault is EtcdFault.NoSpace or EtcdFault.TooLarge or EtcdFault.Denied
            ? new EtcdException(fault, $"{Remedy(fault)} ({says}).", mayBeDone)
            : new EtcdException(fault, says, mayBeDone);
    }

    /// <summary>
    /// What a connection that broke means. A member that does not take this node's certificate says so by an alert behind the handshake
    /// (TLS 1.3), which may be lost as it closes the connection: so one that never answered over TLS is taken for such a one.
    /// </summary>
    public static EtcdException Broken(EtcdEndpoint endpoint, bool hasAnswered, Exception e)
    {
        var words = e.Message;
        for (var cause = e.InnerException; cause is not null; cause = cause.InnerException)
            words = cause.Message;
        return endpoint.IsSecured && !hasAnswered
            ? new EtcdException(EtcdFault.Untrusted,
                $"{endpoint} has closed the connection, as one that does not take this node's certificate ({Shorten(words)})",
                mayBeDone: true, e)
            : new EtcdException(EtcdFault.Unanswered, $"{endpoint} has closed the connection ({Shorten(words)})", mayBeDone: true, e);
    }

    /// <summary>What is wrong with the cluster, and what to do.</summary>
    public static string Remedy(EtcdFault fault) => fault switch
    {
        EtcdFault.NoLeader => "The ledger waits, since too few members of etcd are up to agree on anything; start those that are down",
        EtcdFault.Unanswered =>
            "The ledger's etcd is reached and does not answer in time, as in the first seconds without a majority of its members; start those that are down",
        EtcdFault.NoSpace =>
            "The ledger's etcd is full; on one member run 'etcdctl compact', 'etcdctl defrag' and 'etcdctl alarm disarm', or start the members with a larger --quota-backend-bytes and disarm the alarm",
        EtcdFault.TooLarge =>
            "The entry is larger than the ledger's etcd takes; start its members with --max-request-bytes=1572864 and --max-txn-ops=128 or more",
        EtcdFault.NotNow =>
            "The ledger's etcd changes its members only when those that it has have been up and well for some seconds; start those that are down, or remove one that never comes back",
        EtcdFault.Denied =>
            "The ledger's etcd asks for a name and password, or refuses its keys; let certificates alone decide who may use it: run 'etcdctl auth disable'",
        EtcdFault.Untrusted =>
            "The ledger's etcd and this node do not trust each other; correct ledger.certificate, ledger.key and ledger.anchors, or the members' --trusted-ca-file",
        EtcdFault.AnswerTooSlow =>
            "The link to the ledger's etcd is too slow, or has just broken; name a nearer member first in ledger.endpoints, or mend the link",
        EtcdFault.OtherCluster => "A member of the ledger's etcd belongs to another cluster; correct ledger.endpoints",
        EtcdFault.Unexpected =>
            "What is named as the ledger's etcd does not answer as etcd; correct ledger.endpoints, or use etcd 3.4 or later",
        _ => "No member of the ledger's etcd answers; start them, or correct ledger.endpoints",
    };

    private static string? Words(byte[] content)
    {
        try
        {
            return JsonSerializer.Deserialize(content, EtcdJson.Default.EtcdRefusal)?.Error is { } error ? Shorten(error) : null;
        }
        catch (JsonException)
        {
            return content.Length == 0 ? null : Shorten(Encoding.UTF8.GetString(content.AsSpan(0, Math.Min(content.Length, MaxQuote))));
        }
    }

    // What a member says ends up in logs and at terminals.
    private static string Shorten(string words)
    {
        var line = ShownText.Line(words).Trim();
        return (line.Length <= MaxQuote ? line : line[..MaxQuote]).TrimEnd('.');
    }
}
