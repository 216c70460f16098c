using System.Globalization;
using Starling.Api;
using Starling.Cli.Terminal;

namespace Starling.Cli.Shells;

/// <summary>The lines of a script. They are bounded, one by one and in number.</summary>
/// <param name="name">What messages call the script.</param>
/// <param name="reader">Its text.</param>
internal sealed class ScriptLines(string name, TextReader reader) : ILineSource
{
    private const int MostLines = 100_000, LongestLine = 1 << 16;

    private int number;

    /// <inheritdoc/>
    public string Place => string.Create(CultureInfo.InvariantCulture, $"{name}:{number}");

    /// <inheritdoc/>
    public string? Read()
    {
        var line = reader.ReadLine();
        if (line is not null)
            number++;
        return number > MostLines || line?.Length > LongestLine
            ? throw new CommandException(ExitCode.Configuration,
                $"{Place}: a script has up to {MostLines} lines of up to {LongestLine} characters.")
            : line;
    }
}
