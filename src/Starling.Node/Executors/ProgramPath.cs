namespace Starling.Node.Executors;

/// <summary>Where programs are: that of an order as the system searches it, and those of the host that put it within its limits.</summary>
internal static class ProgramPath
{
    /// <summary>PATH, unless the order gives another.</summary>
    public const string Default = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Finds it.</summary>
    /// <exception cref="ExecutorException">There is none, or it may not be executed.</exception>
    public static string Find(WorkOrder order)
    {
        var name = order.Command[0];
        if (name.Contains('/', StringComparison.Ordinal))
        {
            var path = Path.GetFullPath(name, order.Folder);
            return IsExecutable(path) ? path : throw new ExecutorException($"There is no program {path}, or it is not executable.");
        }

        var search = order.Environment.GetValueOrDefault("PATH", Default);
        return search.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.GetFullPath(Path.Combine(folder, name), order.Folder))
            .FirstOrDefault(IsExecutable)
            ?? throw new ExecutorException($"There is no program {name} in {search}; install it, or give its whole path.");
    }

    /// <summary>Finds one of the host's, wherever an order would have its own searched.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="package">What has it.</param>
    /// <exception cref="ExecutorException">There is none.</exception>
    public static string OfHost(string name, string package = "util-linux") =>
        $"{Default}:{Environment.GetEnvironmentVariable("PATH")}".Split(':').Where(Path.IsPathFullyQualified)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(IsExecutable)
        ?? throw new ExecutorException(
            $"There is no {name} on this host, without which no program is started here; install it: apt-get install {package}");

    private static bool IsExecutable(string path)
    {
        const UnixFileMode any = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & any) != 0);
    }
}
