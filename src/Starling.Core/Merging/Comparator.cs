namespace Starling.Core.Merging;

/// <summary>A step of a sorting network: the lesser of two rows goes to the first, the greater to the second.</summary>
/// <param name="Low">The first row.</param>
/// <param name="High">The second row, below the first.</param>
/// <param name="KeepsLow">Whether a later step needs the lesser.</param>
/// <param name="KeepsHigh">Whether a later step needs the greater.</param>
internal readonly record struct Comparator(int Low, int High, bool KeepsLow, bool KeepsHigh);
