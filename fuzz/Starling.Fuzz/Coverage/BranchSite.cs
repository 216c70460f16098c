using System.Globalization;

namespace Starling.Fuzz.Coverage;

/// <summary>A place that the instrumented code counts: a method's beginning, or one outcome of a branch.</summary>
/// <param name="Index">Its counter.</param>
/// <param name="Type">The outermost type, with its namespace.</param>
/// <param name="Method">The method as it is written; a lambda or a state machine counts for the method that holds it.</param>
/// <param name="File">The source file's name; empty where the compiler wrote the code.</param>
/// <param name="Line">From 1; 0 where the compiler wrote the code.</param>
/// <param name="Outcome">-1 for a method's beginning, 0 if the branch is not taken, from 1 on for where it leads.</param>
internal sealed record BranchSite(int Index, string Type, string Method, string File, int Line, int Outcome)
{
    /// <summary>Whether this is an outcome of a branch that a person wrote.</summary>
    public bool IsBranch => Outcome >= 0 && Line > 0;

    /// <summary>One line of the list beside an instrumented assembly.</summary>
    public string Format() => string.Join('\t', Index, Type, Method, File, Line, Outcome);

    /// <summary>Reads such a line.</summary>
    public static BranchSite Parse(string line) => line.Split('\t') is [var index, var type, var method, var file, var at, var outcome]
        ? new BranchSite(Number(index), type, method, file, Number(at), Number(outcome))
        : throw new FormatException($"'{line}' names no branch.");

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
