using System.Collections.Immutable;

namespace Starling.Learning.Programs;

/// <summary>How a program in a process of its own is started.</summary>
/// <param name="Words">The program and its arguments, as it receives them: no shell reads them.</param>
/// <param name="Environment">Its environment.</param>
/// <param name="OpenTimeout">How long it may take to open its session; after that it is ended.</param>
public sealed record ProgramLaunch(
    ImmutableArray<string> Words, ImmutableSortedDictionary<string, string> Environment, TimeSpan OpenTimeout)
{
    /// <summary>The variable that names the file or folder of the program's rows, as a full path.</summary>
    public const string DataVariable = "STARLING_DATA";
}
