namespace Starling.Cli.Commands.Tasks;

/// <summary>
/// What <c>starling task create --json</c> and <c>starling task edit --json</c> print: which task the file was of,
/// and the entry that wrote it.
/// </summary>
/// <param name="Contract">The task runner.</param>
/// <param name="Entry">The entry's id, in hexadecimal.</param>
/// <param name="Height">Where it stands in the ledger.</param>
/// <param name="Task">The task.</param>
internal sealed record TaskReport(string Contract, string Entry, long Height, string Task);
