using Starling.Api;
using Starling.Core.Configuration;

namespace Starling.Cli.Terminal;

/// <summary>A command cannot do what it was asked for. The message is one sentence with the remedy.</summary>
/// <param name="exitCode">What the process exits with.</param>
/// <param name="message">Why, and what to do.</param>
/// <param name="inner">What went wrong beneath.</param>
internal sealed class CommandException(ExitCode exitCode, string message, Exception? inner = null) : StarlingException(message, inner)
{
    /// <summary>What the process exits with.</summary>
    public ExitCode ExitCode => exitCode;
}
