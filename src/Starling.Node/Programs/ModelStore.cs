using Starling.Core.Identity;
using Starling.Core.Models;
using Starling.Node.Blobs;

namespace Starling.Node.Programs;

/// <summary>
/// Models as a program sees them: in and out of the node's blob store, piece by piece, so that nothing but the model itself is in memory.
/// Calls block, and may come from any thread.
/// </summary>
public sealed class ModelStore(BlobStore blobs)
{
    private const int PieceFloats = 1 << 20;

    /// <summary>Reads a model.</summary>
    /// <param name="blob">A complete blob.</param>
    /// <param name="schema">The schema that it must have.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ProgramException">It is not there, or is not such a model.</exception>
    public ModelState Load(BlobId blob, ModelSchema schema, CancellationToken cancellation)
    {
        using var file = blobs.Read(blob) ?? throw new ProgramException($"Model {blob.Short} is not on this node's disk.");
        var (header, error, detail) = SafetensorsHeader.Read(file, file.Length);
        if (header is null)
            throw new ProgramException($"Model {blob.Short} is no model: {error}, {detail}.");
        var source = new SafetensorsSource(header, file);
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

    /// <summary>Writes a model as a complete blob, not yet synced.</summary>
    /// <param name="contract">The contract whose quota it counts against.</param>
    /// <param name="state">The model.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ProgramException">There is no room.</exception>
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
