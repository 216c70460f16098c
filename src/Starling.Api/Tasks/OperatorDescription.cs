namespace Starling.Api.Tasks;

/// <summary>An operator of a task runner: an item of <c>GET /v1/runners/{id}/operators</c>.</summary>
/// <param name="Operator">The operator.</param>
/// <param name="Certificates">The certificates that vouch for it, DER, its own first: a training contract that is founded for
/// it carries them on.</param>
/// <param name="Connected">Whether the node has a standing connection with it, or is it.</param>
public sealed record OperatorDescription(string Operator, IReadOnlyList<byte[]> Certificates, bool Connected);
