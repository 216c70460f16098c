using Starling.Core.Canonical;
using Starling.Core.Identity;

namespace Starling.Core.Ledger;

/// <summary>What the author of a ledger entry signs. The digest of its canonical bytes is the entry's id.</summary>
/// <param name="Contract">The contract that the entry belongs to.</param>
/// <param name="Epoch">The contract's epoch, from 0; grows by one at each restart by an admin.</param>
/// <param name="Author">Who signs.</param>
/// <param name="Incarnation">The author's incarnation, from 1; grows by one each time that it lost its disk.</param>
/// <param name="Sequence">Grows with each entry of one author and incarnation, from 1; gaps are allowed.</param>
/// <param name="FoldVersion">The version of the fold that the author ran.</param>
/// <param name="SeenHeight">How many entries of the contract the author had folded.</param>
/// <param name="SeenHash">The chain hash over those.</param>
/// <param name="Payload">The contract's own entry, at most <see cref="MaxPayloadBytes"/>.</param>
public sealed record EntryBody(
    ContractId Contract, long Epoch, NodeId Author, long Incarnation, long Sequence, int FoldVersion, long SeenHeight, Digest SeenHash,
    ReadOnlyMemory<byte> Payload)
{
    /// <summary>The largest payload, in bytes. Entry 0 carries certificates; every other entry is small.</summary>
    public const int MaxPayloadBytes = 4 << 20;

    /// <summary>The largest encoded body, in bytes.</summary>
    public const int MaxBytes = MaxPayloadBytes + 1024;

    private const byte Version = 1;

    /// <summary>The body of a contract's entry 0: its author has seen nothing of it, and has signed nothing there before.</summary>
    public static EntryBody Founding(ContractId contract, NodeId author, int foldVersion, ReadOnlyMemory<byte> payload) => new(
        contract, Epoch: 0, author, Incarnation: 1, Sequence: 1, foldVersion, SeenHeight: 0, ChainHash.Start(contract), payload);

    /// <summary>The canonical bytes, which are signed.</summary>
    public byte[] Encode() => new CanonicalWriter().Byte(Version).Text(Contract.Value).Int64(Epoch).Node(Author).Int64(Incarnation)
        .Int64(Sequence).Int32(FoldVersion).Int64(SeenHeight).Digest(SeenHash).Bytes(Payload.Span).ToArray();

    /// <summary>Reads canonical bytes, of which the payload remains a part: they must not change afterwards.</summary>
    /// <exception cref="CanonicalFormatException">They are not a body.</exception>
    public static EntryBody Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new CanonicalReader(bytes.Span);
        if (reader.Byte() != Version)
            throw new CanonicalFormatException("The entry has an unknown version.");
        var body = new EntryBody(reader.Contract(), reader.Int64(), reader.Node(), reader.Int64(), reader.Int64(), reader.Int32(),
            reader.Int64(), reader.Digest(), bytes[reader.Part(MaxPayloadBytes)]);
        reader.End();
        return body;
    }
}
