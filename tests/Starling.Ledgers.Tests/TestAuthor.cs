using System.Security.Cryptography;
using Starling.Core.Identity;
using Starling.Core.Ledger;

namespace Starling.Ledgers.Tests;

/// <summary>Signs entries of no particular meaning.</summary>
internal sealed class TestAuthor : IDisposable
{
    public static readonly ContractId Contract = ContractId.Parse("trial");

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static bool Verify(SignedEntry entry) => EntrySignature.Verify(entry);

    public static IEnumerable<long> Sequences(LedgerPage page) => page.Entries.Select(e => e.Entry.Body.Sequence);

    public SignedEntry Entry(long sequence, ContractId? contract = null, int payloadBytes = 8, string name = "a", byte[]? payload = null)
    {
        var node = NodeId.Parse("spiffe://trial.test/lab/" + name);
        var body = new EntryBody(contract ?? Contract, 0, node, 1, sequence, 1, 0, default, payload ?? new byte[payloadBytes]).Encode();
        var signature = key.SignData(body, HashAlgorithmName.SHA256);
        LowS.Normalise(signature);
        return new SignedEntry(body, new PublicKey(key.ExportSubjectPublicKeyInfo()), signature);
    }

    public SignedEntry[] Entries(int count, long from = 1) => [.. Enumerable.Range(0, count).Select(i => Entry(from + i))];

    public void Dispose() => key.Dispose();
}
