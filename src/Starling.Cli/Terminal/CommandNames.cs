namespace Starling.Cli.Terminal;

/// <summary>What messages call the program, whatever its file is named.</summary>
internal static class CommandNames
{
    /// <summary>The program.</summary>
    public const string Root = "starling";
}
