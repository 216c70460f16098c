using System.Collections.Immutable;

namespace Starling.Daemon;

/// <summary>This very program, so that a host needs no other.</summary>
public static class ThisProgram
{
    /// <summary>The words that start it: a program of its own, or <c>dotnet</c> and what that was given.</summary>
    public static ImmutableArray<string> Words { get; } = Find();

    private static ImmutableArray<string> Find()
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this program is not known.");
        return Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase)
            ? [program, Path.Combine(AppContext.BaseDirectory, "starling.dll")]
            : [program];
    }
}
