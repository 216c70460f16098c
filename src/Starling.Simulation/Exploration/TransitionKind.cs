namespace Starling.Simulation.Exploration;

/// <summary>
/// Who brings a transition about, and whether it is still possible once faults have stopped and timeouts are long enough.
/// </summary>
internal enum TransitionKind
{
    /// <summary>A fault, or a timer that fires too early: not once faults have stopped.</summary>
    Fault,

    /// <summary>The Byzantine node, at any moment; nothing obliges it.</summary>
    Byzantine,

    /// <summary>
    /// An honest node or the ledger, at any moment, though nothing obliges them: it needs the help of a node that may refuse it.
    /// </summary>
    Possible,

    /// <summary>
    /// Time that adds up while a run goes round: it happens in the end to a run that would otherwise do so for ever, and to no other.
    /// </summary>
    InTheEnd,

    /// <summary>An honest node or the ledger: it happens in the end, unless something else makes it impossible.</summary>
    Due,
}
