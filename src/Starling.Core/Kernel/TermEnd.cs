namespace Starling.Core.Kernel;

/// <summary>Why a term ended without a commit.</summary>
public enum TermEnd
{
    /// <summary>A majority of the frozen members saw no progress.</summary>
    Suspected,

    /// <summary>The leader gave it up for the sake of members who came late, or lost its disk.</summary>
    Resigned,

    /// <summary>Two voters disagree.</summary>
    Unresolved,

    /// <summary>The round was reopened.</summary>
    Reopened,

    /// <summary>An admin put out a member whose update was to be merged, or the leader itself.</summary>
    Expelled,
}
