namespace Starling.Cli.Checking;

/// <summary>What <c>check</c> found, as JSON.</summary>
/// <param name="File">The file or folder, as a full path.</param>
/// <param name="Set">How an experiment reads it: <c>csv</c> or <c>idx</c>.</param>
/// <param name="Trainable">Whether it can be trained on as it is.</param>
/// <param name="Header">Whether the first line names the columns.</param>
/// <param name="Rows">How many rows there are.</param>
/// <param name="Features">How many features a row has.</param>
/// <param name="Label">The label's column; null where labels are a file of their own.</param>
/// <param name="Columns">Every column; of images the first 1,000 pixels.</param>
/// <param name="Classes">Every label with its rows.</param>
/// <param name="Repeated">Rows that are the same as one before.</param>
/// <param name="Contradicting">Rows with the features of one before and another label.</param>
/// <param name="Faults">What keeps it from being trained on.</param>
/// <param name="Advice">What else is worth a look.</param>
/// <param name="Data">The section of an experiment that reads it.</param>
internal sealed record CheckReport(
    string File, string Set, bool Trainable, bool Header, long Rows, int Features, CheckedLabel? Label, CheckedColumn[] Columns,
    CheckedClass[] Classes,
    long Repeated, long Contradicting, CheckedFault[] Faults, string[] Advice, string Data);

/// <summary>The label's column.</summary>
/// <param name="Column">From 0.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Guessed">Whether nobody named it, so that it is the last one.</param>
internal sealed record CheckedLabel(int Column, string Name, bool Guessed);

/// <summary>A column.</summary>
/// <param name="Column">From 0.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Type">What is in most of its rows.</param>
/// <param name="Missing">Rows without a value.</param>
/// <param name="Distinct">Different values that were told apart.</param>
/// <param name="More">Whether there are more than these.</param>
/// <param name="Least">The least number.</param>
/// <param name="Greatest">The greatest number.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Deviation">Their standard deviation.</param>
/// <param name="Values">The texts of a category.</param>
internal sealed record CheckedColumn(
    int Column, string Name, string Type, long Missing, int Distinct, bool More, double? Least, double? Greatest, double? Mean,
    double? Deviation, CheckedClass[]? Values);

/// <summary>A text and how many rows have it.</summary>
/// <param name="Name">The text.</param>
/// <param name="Rows">The rows.</param>
internal sealed record CheckedClass(string Name, long Rows);

/// <summary>What keeps it from being trained on.</summary>
/// <param name="Column">The column, from 0; null if it is not of one column.</param>
/// <param name="Lines">The first lines.</param>
/// <param name="Count">In how many lines.</param>
/// <param name="What">What is wrong.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record CheckedFault(int? Column, int[] Lines, long Count, string What, string Remedy);
