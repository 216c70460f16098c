using Starling.Core.Identity;
using Starling.Core.Models;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>What checkers hold against an update that was merged.</summary>
internal static class AdmissibleUpdate
{
    /// <summary>
    /// Why it must not be in a merge; null if it may. Whether it is finite is looked at here once more, element by element: nodes find that
    /// out with the code that is being checked.
    /// </summary>
    public static string? Fault(byte[] update, Digest schemaHash) => Admission.Judge(update, schemaHash) is { } fault ? fault.ToString()
        : Safetensors.Read(update).State!.Values.Any(value => !float.IsFinite(value)) ? "not finite, and was let pass" : null;
}
