using Starling.Api;

namespace Starling.Cli.Terminal;

/// <summary>Asks before something is done that cannot be undone.</summary>
internal static class Confirmation
{
    /// <summary>Asks, unless the answer was given before.</summary>
    /// <param name="what">What is about to happen, a sentence.</param>
    /// <param name="isGiven">Whether the answer was given with the command.</param>
    /// <exception cref="CommandException">The user did not agree, or there is nobody to ask.</exception>
    public static void Ask(string what, bool isGiven)
    {
        if (isGiven)
            return;
        if (Console.IsInputRedirected)
            throw new CommandException(ExitCode.Usage, $"{what} Nobody is there to ask; say --yes if that is meant.");
        Console.Error.Write($"{what} Type yes to go on: ");
        if (!string.Equals(Console.In.ReadLine()?.Trim(), "yes", StringComparison.OrdinalIgnoreCase))
            throw new CommandException(ExitCode.Interrupted, "nothing was done.");
    }
}
