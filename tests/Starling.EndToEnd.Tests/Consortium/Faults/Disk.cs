namespace Starling.EndToEnd.Tests.Consortium.Faults;

/// <summary>What a node finds on its disk when it is started again.</summary>
internal enum Disk
{
    /// <summary>All that it wrote.</summary>
    Kept,

    /// <summary>Nothing.</summary>
    Empty,

    /// <summary>What was there at a moment before, in the same training.</summary>
    Stale,
}
