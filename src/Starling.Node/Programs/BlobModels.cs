using System.Buffers;
using Starling.Core.Identity;
using Starling.Core.Models;
using Starling.Node.Blobs;

namespace Starling.Node.Programs;

/// <summary>Models in the node's blob store, read and written piece by piece: nothing but the model itself is in memory.</summary>
public sealed class BlobModels(BlobStore blobs) : IModelStore
{
    private const int PieceFloats = 1 << 20;

    /// <inheritdoc/>
    public ModelState Load(BlobId blob, ModelSchema schema, CancellationToken cancellation)
    {
        using var file = blobs.Read(blob) ?? throw new ProgramException($"Model {blob.Short} is not on this node's disk.");
        var source = new SafetensorsSource(ReadHeader(file), file);
        if (source.Schema.Hash != schema.Hash)
            throw new ProgramException($"Model {blob.Short} has other tensors than the program.");
        var state = new ModelState(schema);
        for (var at = 0; at < state.Values.Length; at += PieceFloats)
        {
            cancellation.ThrowIfCancellationRequested();
            source.Read(at, state.Values.AsSpan(at, Math.Min(PieceFloats, state.Values.Length - at)));
        }

        try
        {
            IntegerCopy.Copy(source, state);
        }
        catch (OverflowException)
        {
            throw new ProgramException($"Model {blob.Short} has a truth value that is neither 0 nor 1.");
        }

        return state;
    }

    /// <inheritdoc/>
    public StoredModel Store(ContractId contract, ModelState state, CancellationToken cancellation)
    {
        var header = SafetensorsHeader.For(state.Schema);
        using var file = Create(contract, header.FileLength);
        file.Write(0, header.CanonicalBytes());
        var sink = new SafetensorsSink(header, file);
        for (var at = 0; at < state.Values.Length; at += PieceFloats)
        {
            cancellation.ThrowIfCancellationRequested();
            sink.Write(at, state.Values.AsSpan(at, Math.Min(PieceFloats, state.Values.Length - at)));
        }

        IntegerCopy.Copy(state, sink);
        return new StoredModel(file.CompleteAsync().GetAwaiter().GetResult(), header.FileLength);
    }

    private static SafetensorsHeader ReadHeader(BlobReader file)
    {
        var first = new byte[Math.Min(SafetensorsHeader.PrefixBytes, file.Length)];
        file.Read(0, first);
        var wanted =
            first.Length < SafetensorsHeader.PrefixBytes ? first.Length : (int)Math.Min(SafetensorsHeader.BytesToRead(first), file.Length);
        var bytes = ArrayPool<byte>.Shared.Rent(wanted);
        file.Read(0, bytes.AsSpan(0, wanted));
        var (header, error, detail) = SafetensorsHeader.Read(bytes.AsSpan(0, wanted), file.Length);
        ArrayPool<byte>.Shared.Return(bytes);
        return header ?? throw new ProgramException($"Model {file.Blob.Short} is no model: {error}, {detail}.");
    }

    private BlobWriter Create(ContractId contract, long length)
    {
        try
        {
            return blobs.Create(contract, length);
        }
        catch (NoSpaceException full)
        {
            throw new ProgramException(full.Message, full);
        }
    }
}
