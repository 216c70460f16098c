namespace Starling.Cli.Shells;

/// <summary>Where a line stands that is being written.</summary>
internal enum LineState
{
    /// <summary>More keys may come.</summary>
    Open,

    /// <summary>It is to be carried out.</summary>
    Done,

    /// <summary>It was given up (Ctrl-C); the next one begins.</summary>
    GivenUp,

    /// <summary>There are no more lines (Ctrl-D).</summary>
    Ended,
}
