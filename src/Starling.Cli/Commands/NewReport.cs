namespace Starling.Cli.Commands;

/// <summary>What <c>new</c> made, as JSON.</summary>
/// <param name="Folder">The project's folder, as a full path.</param>
/// <param name="Language">What its program is written in.</param>
/// <param name="Files">The files in it.</param>
/// <param name="Data">The rows that it trains on, as a full path.</param>
/// <param name="Label">The label's column.</param>
/// <param name="Classes">The labels.</param>
/// <param name="LeftOut">Columns that it does not read, each with why.</param>
/// <param name="Next">Commands to go on with.</param>
internal sealed record NewReport(string Folder, string Language, string[] Files, string Data, string Label, string[] Classes,
    string[] LeftOut, string[] Next);
