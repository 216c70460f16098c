using System.Collections.Immutable;
using System.Globalization;
using Starling.Api;
using Starling.Core.Identity;
using Starling.Daemon.Configuration;
using Starling.Node.Identity;
using Starling.Node.Identity.Workload;
using Starling.Node.Transport;

namespace Starling.Daemon;

/// <summary>A node's keys and whom it trusts, read from its files.</summary>
/// <param name="Keys">Its keys.</param>
/// <param name="Credentials">What it shows to peers, and whom it believes.</param>
internal sealed record DaemonIdentity(NodeKeys Keys, PeerCredentials Credentials)
{
    /// <summary>How long before a certificate expires that is told.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromDays(30);

    /// <summary>What expires, and when.</summary>
    public required ImmutableArray<(string What, DateTimeOffset At)> Expiring { get; init; }

    /// <summary>The roles that what the node is told to do takes, and that its certificate does not give.</summary>
    public required Roles Missing { get; init; }

    /// <summary>Reads the files, and asks the Workload API where it is used, to start a node.</summary>
    /// <exception cref="DaemonException">Something is missing or damaged, does not fit, has expired or was revoked.</exception>
    public static async Task<(DaemonIdentity Identity, WorkloadIdentity? Workload)> LoadAsync(IdentityFiles files,
        CancellationToken cancellation)
    {
        try
        {
            var workload = await IssuedAsync(files, cancellation).ConfigureAwait(false);
            var identity = Load(files, workload);
            if (identity.Credentials.Objection(TimeProvider.System.GetUtcNow()) is not { } objection)
                return (identity, workload);
            identity.Keys.Dispose();
            throw new DaemonException(ExitCode.Identity,
                $"{objection.Sentence} The file is {(files.Shown as ShownFiles)?.Certificate ?? files.Certificate}. {Remedy(objection.Reason)}");
        }
        catch (IdentityException e)
        {
            throw new DaemonException(ExitCode.Identity, e.Message, e);
        }
    }

    /// <summary>What the Workload API issues to this process; null where none is used.</summary>
    /// <exception cref="IdentityException">It issues nothing.</exception>
    public static async Task<WorkloadIdentity?> IssuedAsync(IdentityFiles files, CancellationToken cancellation) =>
        files.Shown is ShownWorkload shown
            ? await new WorkloadFollower(shown.Socket, TimeProvider.System).FirstAsync(cancellation).ConfigureAwait(false) : null;

    /// <summary>Reads the files.</summary>
    /// <param name="files">Where they lie.</param>
    /// <param name="workload">What the Workload API issued; null if none is used.</param>
    /// <exception cref="IdentityException">One is missing or damaged, or they do not fit.</exception>
    public static DaemonIdentity Load(IdentityFiles files, WorkloadIdentity? workload)
    {
        var keys = NodeKeys.Load(files.Certificate, files.Key);
        try
        {
            var anchors = files.Anchors.SelectMany(file => PemCertificates.Read(file)).Concat(workload?.Anchors ?? [])
                .DistinctBy(anchor => Convert.ToHexString(anchor.AsSpan())).ToImmutableArray();
            var trust = new TrustTerms(anchors, [.. files.Mapped.Select(Map)],
                [.. files.Revocations.SelectMany(file => PemRevocations.Read(file))]);
            var credentials = (files.Shown, workload) switch
            {
                (ShownFiles shown, _) => Show(keys.Identity.Id, shown, trust),
                (_, { } issued) => new PeerCredentials(keys.Identity.Id, issued.ToTlsCertificate(), issued.Chain.Skip(1), trust),
                _ => new PeerCredentials(keys, trust),
            };
            return new DaemonIdentity(keys, credentials)
            {
                Expiring = Expiries(keys, credentials, files, workload, anchors),
                Missing = files.Needed & ~CertificateDocument.Read(keys.Chain[0])!.Roles,
            };
        }
        catch
        {
            keys.Dispose();
            throw;
        }
    }

    /// <summary>What expires within <see cref="Ahead"/> or has expired, and which roles are missing, in sentences.</summary>
    public ImmutableArray<string> Warnings(DateTimeOffset now) =>
    [
        .. Expiring.Where(each => each.At - now < Ahead).Select(each => Sentence(each.What, each.At, now)),
        .. Missing == Roles.None ? ImmutableArray<string>.Empty :
        [
            $"The node's certificate does not give it the role {RoleExtension.Text(Missing)}, which what its node.yaml says takes: it will not be enrolled. Have its authority issue one that does: 'starling ca issue' takes several after --role.",
        ],
    ];

    /// <summary>What its owner does when everyone would refuse the node's certificate.</summary>
    public static string Remedy(PeerRefusal reason) => reason == PeerRefusal.Revoked
        ? "Others may have its key. Have a certificate issued for a new name, with a new key ('starling ca issue'), start the node with it and an empty folder, and have an admin enrol it; where no contract or task runner has enrolled the old key, 'starling ca rotate --node --new-key' keeps the name."
        : "'starling ca rotate --node' renews what 'starling ca issue' made.";

    private static string Sentence(string what, DateTimeOffset at, DateTimeOffset now) => at < now
        ? string.Create(CultureInfo.InvariantCulture, $"{what} expired at {at:yyyy-MM-dd HH:mm}Z; renew it.")
        : string.Create(CultureInfo.InvariantCulture,
            $"{what} expires at {at:yyyy-MM-dd HH:mm}Z, in {(at - now).TotalDays:0.#} days; renew it.");

    private static PeerCredentials Show(NodeId node, ShownFiles files, TrustTerms trust)
    {
        var (certificate, authorities) = PemCertificates.ReadWithKey(files.Certificate, files.Key);
        return new PeerCredentials(node, certificate, authorities, trust);
    }

    private static MappedIdentity Map(IdentityMapping mapping) => mapping.Dns is { } host
        ? new MappedHost(host, PemCertificates.Read(mapping.Authority!)[0], mapping.Node!.Value, mapping.Roles)
        : new MappedSpiffe(mapping.Spiffe!, mapping.Node, mapping.Roles);

    private static ImmutableArray<(string What, DateTimeOffset At)> Expiries(
        NodeKeys keys, PeerCredentials credentials, IdentityFiles files, WorkloadIdentity? workload,
        ImmutableArray<ImmutableArray<byte>> anchors)
    {
        var expiring = ImmutableArray.CreateBuilder<(string, DateTimeOffset)>();
        // What the Workload API issues lives for an hour, and is renewed by it.
        if (workload is null)
            expiring.Add(((files.Shown is ShownFiles shown ? shown.Certificate : files.Certificate), credentials.Expires));
        if (files.Shown is not null)
            expiring.Add((files.Certificate, PemCertificates.Expiry(keys.Chain[0])));
        foreach (var path in files.OfLedger.Except(files.All))
            if (PemCertificates.FindExpiry(path) is { } expiry)
                expiring.Add((path, expiry));
        foreach (var anchor in anchors.Except(workload?.Anchors ?? []))
            expiring.Add(($"The authority {PemCertificates.Subject(anchor)}", PemCertificates.Expiry(anchor)));
        return expiring.ToImmutable();
    }
}
