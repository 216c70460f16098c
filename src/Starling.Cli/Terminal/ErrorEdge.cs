using System.Globalization;
using System.Security.Cryptography;
using Starling.Api;
using Starling.Core.Configuration;
using Starling.Daemon;
using Starling.Learning.Data;
using Starling.Ledgers;
using Starling.Node.Identity;
using Starling.Programs;

namespace Starling.Cli.Terminal;

/// <summary>
/// Where every failure ends: a sentence on standard error and an exit code of the catalogue. A stack trace only if STARLING_DEBUG is 1.
/// </summary>
internal static class ErrorEdge
{
    private const string DebugVariable = "STARLING_DEBUG";

    /// <summary>Writes what went wrong.</summary>
    /// <returns>What the process exits with.</returns>
    public static ExitCode Report(Exception fault, TextWriter error)
    {
        var (code, text) = Explain(fault);
        foreach (var line in text.Split('\n'))
            error.WriteLine($"error: {ShownText.Clean(line)}");
        if (Environment.GetEnvironmentVariable(DebugVariable) == "1")
            error.WriteLine(ShownText.Clean(fault.ToString().ReplaceLineEndings("\n")));
        return code;
    }

    /// <summary>What a failure is in the catalogue, and its sentences, one a line.</summary>
    public static (ExitCode Code, string Text) Explain(Exception fault) => fault switch
    {
        CommandException e => (e.ExitCode, e.Message),
        NodeClientException e => (e.ExitCode, e.Message),
        ConfigurationException e => (ExitCode.Configuration, e.Message),
        SwarmProgramException e => (ExitCode.Configuration, e.Message),
        DataException e => (ExitCode.Data, e.Message),
        LedgerCorruptException e => (ExitCode.CheckFailed, e.Message),
        LedgerUnavailableException { IsRemote: true } e => (ExitCode.Unreachable, e.Message),
        LedgerException e => (ExitCode.Disk, e.Message),
        OperationCanceledException => (ExitCode.Interrupted, "stopped before it was done."),
        AggregateException { InnerException: { } inner } => Explain(inner),
        IOException or UnauthorizedAccessException =>
            (ExitCode.Disk, $"{fault.Message.TrimEnd('.')}; check that the disk has room and that the folder is yours to write."),
        DaemonException e => (e.ExitCode, e.Message),
        IdentityException { InnerException: IOException or UnauthorizedAccessException } e => (ExitCode.Disk, e.Message),
        IdentityException or CryptographicException => (ExitCode.Identity, fault.Message),
        StarlingException e => (ExitCode.Unexpected, e.Message),
        _ => (ExitCode.Unexpected, string.Create(CultureInfo.InvariantCulture,
            $"something unforeseen happened: {fault.Message.TrimEnd('.')}; set {DebugVariable}=1 to see where, and report it.")),
    };
}
