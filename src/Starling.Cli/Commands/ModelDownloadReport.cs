namespace Starling.Cli.Commands;

/// <summary>What <c>starling model download --json</c> prints.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="File">The file that was written.</param>
/// <param name="Model">The model's blob id, in hexadecimal.</param>
/// <param name="Bytes">How long it is.</param>
/// <param name="Resumed">How much of it an earlier try had got.</param>
internal sealed record ModelDownloadReport(string Contract, string File, string Model, long Bytes, long Resumed);
