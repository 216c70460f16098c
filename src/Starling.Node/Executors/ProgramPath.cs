namespace Starling.Node.Executors;

/// <summary>Where the program of an order is, as the system searches it.</summary>
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
        return search.Split(':', StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(IsExecutable)
            ?? throw new ExecutorException($"There is no program {name} in {search}; install it, or give its whole path.");
    }

    private static bool IsExecutable(string path)
    {
        const UnixFileMode any = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & any) != 0);
    }
}
