using System.Collections.Immutable;
using System.Globalization;
using Starling.Api.Checks;
using Starling.Core.Identity;
using Starling.Node.Transport;

namespace Starling.Daemon.Checks;

/// <summary>Who answers where a peer should be, and whether its clock goes as this one.</summary>
internal static class PeerCheck
{
    private const string Peer = "peer", Clock = "clock";

    // Certificates hold from a day before they are made, and no decision of a round depends on a clock: what suffers is
    // reading logs side by side.
    private static readonly TimeSpan Noticeable = TimeSpan.FromSeconds(30), TooFar = TimeSpan.FromHours(1);

    /// <param name="expected">Who should answer; null for whoever does.</param>
    /// <param name="addresses">Where.</param>
    /// <param name="own">As whom to ask.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<ImmutableArray<CheckResult>> ExamineAsync(NodeId? expected, IEnumerable<PeerAddress> addresses,
        PeerCredentials own, CancellationToken cancellation)
    {
        var results = ImmutableArray.CreateBuilder<CheckResult>();
        var who = expected?.Value ?? "A node";
        foreach (var address in addresses)
            try
            {
                var answer = await PeerProbe.AskAsync(address, own, TimeProvider.System, cancellation).ConfigureAwait(false);
                results.Add(answer switch
                {
                    { Objection: { } objection } =>
                        CheckResult.Fail(Peer, $"{address} answers, but is not believed: {objection}",
                            "Compare 'identity.anchors' and 'identity.revocations' with its owner's, or have it renew its certificate."),
                    { Node: { } found } when expected is { } wanted && found != wanted =>
                        CheckResult.Fail(Peer, $"{address} is {found}'s, not {wanted}'s.",
                            "Correct the address under 'peers' in node.yaml."),
                    { Node: var found } =>
                        CheckResult.Ok(Peer, $"{found} answers at {address}; its roles are {RoleExtension.Text(answer.Roles)}."),
                });
                if (answer is { Objection: null, Ahead: { } ahead })
                    results.Add(Time(address, ahead));
            }
            catch (IOException e)
            {
                results.Add(CheckResult.Warn(Peer, $"{who} does not answer at {address}: {e.Message}",
                    "See that its node runs ('starling node status' there), and that no firewall between closes the port."));
            }

        return results.ToImmutable();
    }

    private static CheckResult Time(PeerAddress address, TimeSpan ahead)
    {
        var finding = ahead.Duration() <= TimeSpan.FromSeconds(1)
            ? $"The clock at {address} goes as this one."
            : string.Create(CultureInfo.InvariantCulture,
                $"The clock at {address} is {ahead.Duration().TotalSeconds:0} s {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} this one.");
        const string Remedy = "Set the clock that is wrong, best by NTP: certificates expire by it.";
        return ahead.Duration() > TooFar ? CheckResult.Fail(Clock, finding, Remedy)
            : ahead.Duration() > Noticeable ? CheckResult.Warn(Clock, finding, Remedy)
            : CheckResult.Ok(Clock, finding);
    }
}
