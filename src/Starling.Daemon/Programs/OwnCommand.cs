using System.Collections;
using System.Collections.Immutable;
using Starling.Learning.Programs;
using Starling.Node.Executors;

namespace Starling.Daemon.Programs;

/// <summary>
/// A program that this host's owner starts, as from a shell: it sees the owner's environment, but for what is meant for Starling itself.
/// Python finds the package that came with Starling.
/// </summary>
public static class OwnCommand
{
    private const string Prefix = "STARLING_", PythonPath = "PYTHONPATH";

    /// <summary>The order for an executor.</summary>
    /// <param name="program">The program.</param>
    /// <param name="folder">Its work folder; made if missing.</param>
    /// <param name="logs">Where its output goes; made if missing.</param>
    /// <param name="variables">What it is told besides.</param>
    public static WorkOrder Order(ProgramLaunch program, string folder, string logs, IEnumerable<KeyValuePair<string, string>> variables) =>
        new()
        {
            Command = program.Words,
            Folder = Directory.CreateDirectory(folder).FullName,
            Environment = WithPackage(Inherited().SetItems(program.Environment)).SetItems(variables),
            Limits = new WorkLimits
            {
                MemoryBytes = long.MaxValue,
                ProcessorTime = TimeSpan.FromDays(365),
                TimeOut = TimeSpan.FromDays(366),
                Processes = 100_000,
                FileBytes = 1L << 44,
                DiskBytes = 1L << 46
            },
            OutputFolder = Directory.CreateDirectory(logs).FullName,
        };

    private static ImmutableSortedDictionary<string, string> Inherited() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Where(variable =>
            variable.Key is string { Length: > 0 } name && variable.Value is string && !name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToImmutableSortedDictionary(variable => (string)variable.Key, variable => (string)variable.Value!, StringComparer.Ordinal);

    // Unbuffered, so that the log shows what the program said before it was killed.
    private static ImmutableSortedDictionary<string, string> WithPackage(ImmutableSortedDictionary<string, string> environment)
    {
        var package = Path.Combine(AppContext.BaseDirectory, "python");
        var unbuffered = environment.ContainsKey("PYTHONUNBUFFERED") ? environment : environment.SetItem("PYTHONUNBUFFERED", "1");
        return !Directory.Exists(package) ? unbuffered
            : unbuffered.SetItem(PythonPath,
                environment.GetValueOrDefault(PythonPath) is { Length: > 0 } given ? $"{given}{Path.PathSeparator}{package}" : package);
    }
}
