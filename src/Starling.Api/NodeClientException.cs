namespace Starling.Api;

/// <summary>A node could not be asked, or refused. The message says why in a sentence.</summary>
/// <param name="exitCode">What a command that meets this should exit with.</param>
/// <param name="message">Why.</param>
/// <param name="inner">What went wrong beneath.</param>
public sealed class NodeClientException(ExitCode exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What a command that meets this should exit with.</summary>
    public ExitCode ExitCode => exitCode;
}
