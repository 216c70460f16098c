using System.Text.Json;
using Starling.EndToEnd.Tests.Consortium.Faults;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests.Consortium;

/// <summary>Members of etcd, as <c>starling ledger start</c> runs them, when a wire between two of them is cut.</summary>
[Collection(nameof(Alone))]
[Trait("Category", "Full")]
public sealed class CutMembersTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>
    /// Red if a member that heard nothing of the leader for some seconds comes back with a higher term, by which it deposes the leader that
    /// the others followed meanwhile.
    /// </summary>
    [Fact(Timeout = TimeLimit.Full)]
    public async Task A_wire_that_is_cut_for_some_seconds_costs_etcd_no_election()
    {
        if (await BridgedNetwork.MissingAsync("iptables", "curl") is { } missing)
            Assert.Skip(missing);
        await using var sites = await TrainingSites.CreateAsync();
        for (var organisation = 0; organisation < TrainingSites.Count; organisation++)
            sites.StartMember(organisation);
        var before = await AgreedAsync(sites);
        var leader = await LeaderAsync(sites, before);
        await new CutLink((leader + 1) % TrainingSites.Count, leader, BothWays: false, TimeSpan.FromSeconds(8)).HappenAsync(sites, Cancel);
        Assert.Equal(before, await AgreedAsync(sites));
    }

    // The same leader and term, as all three see it twice running.
    private static async Task<(string Leader, string Term)> AgreedAsync(TrainingSites sites)
    {
        (string, string)? last = null;
        for (var times = 0; times < 3; await Task.Delay(500, Cancel))
        {
            var seen = await Task.WhenAll(Enumerable.Range(0, TrainingSites.Count).Select(host => StatusAsync(sites, host)));
            (string, string)? all = seen is [{ Leader: not "0" } first, ..]
                && Array.TrueForAll(seen, each => each?.Leader == first.Leader && each?.Term == first.Term)
                ? (first.Leader, first.Term)
                : null;
            times = all is not null && all == last ? times + 1 : 0;
            last = all;
        }

        return last!.Value;
    }

    private static async Task<int> LeaderAsync(TrainingSites sites, (string Leader, string Term) agreed)
    {
        for (var host = 0; host < TrainingSites.Count; host++)
            if ((await StatusAsync(sites, host))?.Member == agreed.Leader)
                return host;
        throw new InvalidOperationException($"No member is {agreed.Leader}.");
    }

    private static async Task<MemberStatus?> StatusAsync(TrainingSites sites, int host)
    {
        var identity = Path.Combine(sites.Office, "node-1", "identity");
        var answer = await sites.Network.AskOnAsync(host, "curl", "--silent", "--max-time", "2", "--cert",
            Path.Combine(identity, "certificate.pem"), "--key", Path.Combine(identity, "private.key"),
            "--cacert", Path.Combine(identity, "anchors.pem"), "--data", "{}",
            $"https://{BridgedNetwork.Address(host)}:2379/v3/maintenance/status");
        if (answer is null)
            return null;
        var status = JsonDocument.Parse(answer).RootElement;
        return new MemberStatus(
            status.GetProperty("header").GetProperty("member_id").GetString()!,
            status.TryGetProperty("leader", out var leader) ? leader.GetString()! : "0", status.GetProperty("raftTerm").GetString()!);
    }

    private sealed record MemberStatus(string Member, string Leader, string Term);
}
