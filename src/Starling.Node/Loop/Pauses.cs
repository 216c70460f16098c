namespace Starling.Node.Loop;

/// <summary>Pauses between attempts.</summary>
public static class Pauses
{
    /// <summary>The pause after this one: twice as long, and never longer than the longest.</summary>
    public static TimeSpan Doubled(this TimeSpan pause, TimeSpan longest) => pause * 2 < longest ? pause * 2 : longest;
}
