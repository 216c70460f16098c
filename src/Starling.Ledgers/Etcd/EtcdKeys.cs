using System.Globalization;
using System.Text;
using Starling.Core.Identity;

namespace Starling.Ledgers.Etcd;

/// <summary>
/// Where the ledger's things lie in etcd: <c>starling/.heads/CONTRACT</c> has a contract's height, <c>starling/CONTRACT/e/HEIGHT</c> an
/// entry, <c>.../d/DIGEST</c> the mark of stored bytes, and <c>.../p/DIGEST/N</c> a part of an entry that is too large for one value. No
/// contract's name begins with a dot.
/// </summary>
/// <param name="prefix">What all keys begin with, <c>starling/</c> unless told otherwise.</param>
internal sealed class EtcdKeys(string prefix)
{
    /// <summary>What the heads of all contracts begin with.</summary>
    public byte[] Heads { get; } = Bytes($"{prefix}.heads/");

    /// <summary>The key above every one that begins like this one. The last character of what Starling asks for is never 0xff.</summary>
    public static byte[] Above(byte[] first)
    {
        byte[] above = [.. first];
        above[^1]++;
        return above;
    }

    /// <summary>A contract's head.</summary>
    public byte[] Head(ContractId contract) => [.. Heads, .. Bytes(contract.Value)];

    /// <summary>An entry. Keys are ordered as heights are.</summary>
    public byte[] Entry(ContractId contract, long height) =>
        Bytes(string.Create(CultureInfo.InvariantCulture, $"{prefix}{contract}/e/{height:d19}"));

    /// <summary>The mark of an entry's stored bytes.</summary>
    public byte[] Mark(ContractId contract, Digest stored) => Bytes($"{prefix}{contract}/d/{stored}");

    /// <summary>A part of an entry, from 0; a single digit.</summary>
    public byte[] Part(ContractId contract, Digest stored, int part) =>
        Bytes(string.Create(CultureInfo.InvariantCulture, $"{prefix}{contract}/p/{stored}/{part}"));

    /// <summary>The contract of a head's key, or null if it is none.</summary>
    public ContractId? ContractOf(byte[]? head) =>
        head is not null && head.AsSpan().StartsWith(Heads)
            && ContractId.TryParse(Encoding.UTF8.GetString(head.AsSpan(Heads.Length)), out var contract) ? contract : null;

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
