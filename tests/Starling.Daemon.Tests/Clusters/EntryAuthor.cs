using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Starling.Api;
using Starling.Api.Contracts;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Training;

namespace Starling.Daemon.Tests.Clusters;

/// <summary>Writes and signs entries as one of the cluster's identities, and hands them to a node.</summary>
public sealed class EntryAuthor(NodeClient client, X509Certificate2 certificate) : IDisposable
{
    public NodeId Id { get; } = CertificateDocument.Read([.. certificate.RawData])!.Node!.Value;

    public Enrolment Enrolment => new(Id, LeaderEligible: true, [[.. certificate.RawData]]);

    public void Dispose() => certificate.Dispose();

    public Task<EntryAnswer> AppendAsync(string runner, RunnerEntry entry, CancellationToken cancellation) =>
        AppendAsync(runner, RunnerEntryCodec.Encode(entry), cancellation);

    public Task<EntryAnswer> AppendAsync(string contract, TrainingEntry entry, CancellationToken cancellation) =>
        AppendAsync(contract, TrainingEntryCodec.Encode(entry), cancellation);

    public async Task<EntryAnswer> AppendAsync(string contract, byte[] payload, CancellationToken cancellation) =>
        await client.AppendAsync(contract, Sign(await client.GetPositionAsync(contract, cancellation), payload), cancellation);

    public Task<EntryAnswer> FoundAsync(string contract, byte[] payload, CancellationToken cancellation) =>
        client.FoundAsync(Founding(contract, payload), cancellation);

    public byte[] Founding(string contract, byte[] payload) =>
        Sign(new ContractPosition(contract, ContractKind.Unknown, Id.Value, 0, 1, 1, 0,
            ChainHash.Start(ContractId.Parse(contract)).ToString(), 1), payload);

    public byte[] Sign(ContractPosition at, byte[] payload) => Sign(new EntryBody(
        ContractId.Parse(at.Contract), at.Epoch, Id, at.Incarnation, at.Sequence, at.RulesVersion, at.Height, Chain(at.ChainHead),
        payload).Encode()).Encode();

    /// <summary>Signs a body, whoever's it is.</summary>
    public SignedEntry Sign(byte[] body)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        var signature = key.SignData(body, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        LowS.Normalise(signature);
        return new SignedEntry(body, CertificateDocument.Read([.. certificate.RawData])!.Key, signature);
    }

    private static Digest Chain(string text) =>
        Digest.TryParse(text, out var digest) ? digest : throw new ArgumentException("It is no digest.", nameof(text));
}
