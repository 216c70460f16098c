using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Starling.Core.Identity;
using Starling.Daemon.Configuration;
using Starling.Node.Identity;
using Starling.Node.Identity.Workload;

namespace Starling.Daemon;

/// <summary>
/// Keeps a running node's identity that of its files: it looks at them each second, and when their content has changed and is whole, what
/// the node shows and believes is replaced. What is half written, or does not fit, changes nothing. It also tells what expires, and
/// which roles are missing.
/// </summary>
/// <param name="files">Where they lie.</param>
/// <param name="first">What was read when the node started.</param>
/// <param name="workload">What the Workload API issued until then; null if none is used.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="log">What is logged.</param>
internal sealed class IdentityWatch(IdentityFiles files, DaemonIdentity first, WorkloadIdentity? workload, TimeProvider clock,
    ILogger<IdentityWatch> log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Reminder = TimeSpan.FromDays(1);
    private readonly Lock gate = new();
    private readonly NodeKeys keys = first.Keys;
    private Digest seen = Fingerprint(files);
    private DateTimeOffset reminded = DateTimeOffset.MinValue;
    private volatile DaemonIdentity current = first;
    private WorkloadIdentity? issued = workload;

    /// <summary>What holds now.</summary>
    public DaemonIdentity Current => current;

    /// <summary>Called when it was replaced.</summary>
    public Action? Replaced { get; set; }

    /// <summary>What the node's owner should know now, in sentences.</summary>
    public ImmutableArray<string> Warnings => current.Warnings(clock.GetUtcNow());

    /// <summary>Looks until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
                Look();
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    /// <summary>Takes what the Workload API has issued now.</summary>
    public void Take(WorkloadIdentity renewed)
    {
        lock (gate)
        {
            issued = renewed;
            Replace();
        }
    }

    /// <summary>Looks once.</summary>
    public void Look()
    {
        lock (gate)
        {
            var now = Fingerprint(files);
            if (now != seen)
            {
                seen = now;
                Replace();
            }

            Remind();
        }
    }

    private void Replace()
    {
        try
        {
            var next = DaemonIdentity.Load(files, issued);
            // The kernel and the ledger know this node by the key that it started with; that key signs until the process ends.
            using (next.Keys)
            {
                if (next.Credentials.Node != keys.Identity.Id)
                    throw new IdentityException($"{files.Certificate} is now {next.Credentials.Node}'s, and this node is {keys.Identity.Id}; start another node for another identity.");
                if (!next.Keys.Identity.Key.Equals(keys.Identity.Key))
                    log.LogWarning("{File} holds a new key. Peers are shown it from now on, but ledger entries are signed with the old one until this node ends. Contracts that have enrolled that take nothing from this name under another key: put the old key back before the node is started again, or give it a new name, with a certificate for that and an empty folder, and have it enrolled.", files.Key);
                current = next with { Keys = keys };
            }
        }
        catch (IdentityException e)
        {
            log.LogWarning("The identity has changed, but cannot be used as it is now, so the node goes on with what it had: {Reason}",
                e.Message);
            return;
        }

        log.LogInformation("The identity was read again: the certificate that is shown expires at {Expires:yyyy-MM-dd HH:mm}Z, and {Count} certificates are revoked.",
            current.Credentials.Expires, current.Credentials.RevokedCount);
        if (current.Credentials.Objection(clock.GetUtcNow()) is { } objection)
            log.LogWarning("Other nodes may refuse this one: {Reason}", objection.Sentence);
        reminded = DateTimeOffset.MinValue;
        Replaced?.Invoke();
    }

    private void Remind()
    {
        var now = clock.GetUtcNow();
        if (now - reminded < Reminder)
            return;
        reminded = now;
        foreach (var warning in current.Warnings(now))
            log.LogWarning("{Warning}", warning);
    }

    // The whole content: a clock that stood still between two writes, or a file put in another's place, changes it all the same.
    private static Digest Fingerprint(IdentityFiles files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files.All.Concat(files.OfLedger))
            try
            {
                hash.AppendData(SHA256.HashData(PemCertificates.Bytes(file)));
            }
            catch (IdentityException)
            {
                hash.AppendData([0]); // not there, or not readable, for the moment
            }

        return new Digest(hash.GetHashAndReset());
    }
}
