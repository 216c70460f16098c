using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Starling.Ledgers.Etcd.Wire;

namespace Starling.Ledgers.Etcd;

/// <summary>A contract's head.</summary>
/// <param name="Height">How many entries the contract has.</param>
/// <param name="Revision">The cluster's revision when it was last written; 0 if it never was.</param>
internal readonly record struct EtcdHead(long Height, long Revision)
{
    /// <summary>The bytes of a height.</summary>
    public static byte[] Encode(long height) => Encoding.ASCII.GetBytes(height.ToString(CultureInfo.InvariantCulture));

    /// <summary>Reads a head. One that is not there is a contract's without entries.</summary>
    /// <returns>Null if what is stored is no height.</returns>
    public static EtcdHead? Of(IReadOnlyList<EtcdPair> pairs)
    {
        if (pairs.Count == 0)
            return new EtcdHead(0, 0);
        return pairs[0].Value is { } value && Utf8Parser.TryParse(value, out long height, out var used) && used == value.Length
            && height > 0
            ? new EtcdHead(height, pairs[0].ModRevision)
            : null;
    }
}
