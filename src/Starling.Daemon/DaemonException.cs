using Starling.Api;
using Starling.Core.Configuration;

namespace Starling.Daemon;

/// <summary>A node cannot start. The message is one sentence with the remedy.</summary>
public sealed class DaemonException(ExitCode exitCode, string message, Exception? inner = null) : StarlingException(message, inner)
{
    /// <summary>What the process should exit with.</summary>
    public ExitCode ExitCode => exitCode;
}
