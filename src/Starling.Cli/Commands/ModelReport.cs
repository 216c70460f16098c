namespace Starling.Cli.Commands;

/// <summary>What <c>starling model show --json</c> prints.</summary>
/// <param name="Model">The file, as a full path.</param>
/// <param name="Merged">Its blob id.</param>
/// <param name="SchemaHash">The digest of names, types and shapes.</param>
/// <param name="Parameters">Elements in all tensors.</param>
/// <param name="Bytes">What they take, in bytes.</param>
/// <param name="Tensors">The tensors by name.</param>
internal sealed record ModelReport(string Model, string Merged, string SchemaHash, long Parameters, long Bytes,
    IReadOnlyList<TensorReport> Tensors);
