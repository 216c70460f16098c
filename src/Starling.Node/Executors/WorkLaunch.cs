using System.Diagnostics;

namespace Starling.Node.Executors;

/// <summary>How a work is started.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Line">The command line.</param>
/// <param name="Processes">Where its processes are found.</param>
/// <param name="Wrappers">How many generations of its processes, from the first on, are the executor's own.</param>
/// <param name="Report">What its wrapper reports; null if it has none.</param>
/// <param name="Input">What its wrapper reads to the end before it starts the program; null if it reads nothing.</param>
internal sealed record WorkLaunch(WorkId Id, ProcessStartInfo Line, WorkProcesses Processes, int Wrappers, LeftOverReport? Report,
    byte[]? Input)
{
    /// <summary>Whether there is a wall between the program and the host.</summary>
    public bool IsWalled => Wrappers > 0;
}
