using System.Text;
using Starling.Core.Identity;
using Starling.Core.Ledger;

namespace Starling.Core.Tests.Ledger;

/// <summary>Entries of no particular meaning, "signed" by a byte: 1 is valid, anything else is not.</summary>
internal static class SampleEntries
{
    public static readonly ContractId Contract = ContractId.Parse("sample");

    public static SignedEntry Entry(int sequence, ContractId? contract = null, string author = "a", int payloadBytes = 8,
        byte signature = 1)
    {
        var body = new EntryBody(contract ?? Contract, 0, NodeId.Create("test", "lab", author), 1, sequence, 1, 0, default,
            new byte[payloadBytes]);
        return new SignedEntry(body.Encode(), new PublicKey(Encoding.ASCII.GetBytes(author)), [signature]);
    }

    public static bool Verify(SignedEntry entry) => entry.Signature is [1];
}
