using Starling.Learning.Data;
using Starling.Learning.Data.Splits;

namespace Starling.Learning.Experiments;

/// <summary>An experiment's rows and their division; the <c>data</c> section of its file.</summary>
/// <param name="Set">Where they come from.</param>
/// <param name="Folder">For <c>idx</c>: the folder, as a full path.</param>
/// <param name="File">For <c>csv</c>: the file, as a full path.</param>
/// <param name="TestFile">For <c>csv</c>: a second file to test on; null to hold rows back.</param>
/// <param name="Format">For <c>csv</c>: how to read it.</param>
/// <param name="TestFraction">The share of rows held back to test on, where no file of test rows exists.</param>
/// <param name="Split">How the training rows are divided.</param>
/// <param name="Form">What all rows must be like; null if the rows that are found decide.</param>
public sealed record DataSettings(
    DataSource Set, string? Folder, string? File, string? TestFile, CsvFormat Format, double TestFraction, IDataSplit Split,
    DataForm? Form = null);
