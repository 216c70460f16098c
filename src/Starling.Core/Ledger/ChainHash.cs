using Starling.Core.Canonical;
using Starling.Core.Identity;

namespace Starling.Core.Ledger;

/// <summary>The hash over a contract's entry ids, which readers compute and no backend stores.</summary>
public static class ChainHash
{
    /// <summary>Before the first entry.</summary>
    public static Digest Start(ContractId contract) =>
        Digest.Of(new CanonicalWriter().Text("starling/chain/1").Text(contract.Value).Written);

    /// <summary>After one more entry.</summary>
    public static Digest Next(Digest chain, EntryId entry) => Next(chain, entry.Digest);

    /// <summary>After one more entry, in a chain over what is stored, which covers keys and signatures too.</summary>
    public static Digest Next(Digest chain, Digest stored)
    {
        Span<byte> bytes = stackalloc byte[2 * Digest.Size];
        chain.CopyTo(bytes);
        stored.CopyTo(bytes[Digest.Size..]);
        return Digest.Of(bytes);
    }
}
