using System.Collections.Immutable;
using System.Text;

namespace Starling.Node.Executors;

/// <summary>What is to be run. Paths are absolute, and mean the same to the program.</summary>
public sealed record WorkOrder
{
    private const int MaxArguments = 4096;
    private const int MaxArgumentBytes = 100_000;
    private const int MaxCommandBytes = 1 << 20;

    /// <summary>
    /// The program and its arguments, as the program receives them: no shell reads them. A program without a slash is searched on PATH.
    /// </summary>
    public required ImmutableArray<string> Command { get; init; }

    /// <summary>The work folder: there it starts and there it may write. It exists.</summary>
    public required string Folder { get; init; }

    /// <summary>
    /// Its environment. PATH, HOME (the work folder), LANG and STARLING_WORK are set besides; of those, all but the last can be given.
    /// </summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Files and folders that it may read besides what every program needs.</summary>
    public ImmutableArray<string> Inputs { get; init; } = [];

    /// <summary>The Unix socket of the node that it may reach; null for none.</summary>
    public string? NodeSocket { get; init; }

    /// <summary>How much it may use.</summary>
    public WorkLimits Limits { get; init; } = new();

    /// <summary>
    /// A folder, not within the work folder, that keeps <c>stdout.log</c> and <c>stderr.log</c>, to which each start adds; null for none.
    /// </summary>
    public string? OutputFolder { get; init; }

    /// <summary>Everything that is wrong with it, as a sentence each; none if all is well.</summary>
    public ImmutableArray<string> Errors()
    {
        var errors = ImmutableArray.CreateBuilder<string>();
        CheckCommand(errors);
        foreach (var (name, value) in Environment)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAny('=', '\0') || value.Contains('\0', StringComparison.Ordinal))
                errors.Add($"environment has the name or value \"{name.Replace('\0', '?')}\", which no environment can hold.");
            else if (name == "STARLING_WORK")
                errors.Add($"environment gives {name}, which the executor sets.");
        }

        if (Path(Folder, "folder", errors)
            && (!Directory.Exists(Folder) || System.IO.Path.GetPathRoot(Folder) == System.IO.Path.TrimEndingDirectorySeparator(Folder)))
            errors.Add($"folder is {Folder}; it must be a folder that exists, and not the root.");
        foreach (var input in Inputs)
        {
            if (Path(input, "inputs", errors) && !System.IO.Path.Exists(input))
                errors.Add($"inputs names {input}, which does not exist.");
        }

        if (NodeSocket is not null && Path(NodeSocket, "nodeSocket", errors) && !System.IO.Path.Exists(NodeSocket))
            errors.Add($"nodeSocket is {NodeSocket}, which does not exist.");
        // Otherwise the program could put a link where the node then writes.
        if (OutputFolder is not null && Path(OutputFolder, "outputFolder", errors)
            && (IsWithin(OutputFolder, Folder) || !Directory.Exists(OutputFolder)))
            errors.Add($"outputFolder is {OutputFolder}; it must be a folder that exists, and not within the work folder.");
        errors.AddRange(Limits.Errors());
        return errors.ToImmutable();
    }

    /// <summary>Whether a path is a folder or below it.</summary>
    internal static bool IsWithin(string path, string folder) =>
        (System.IO.Path.TrimEndingDirectorySeparator(path) + '/').StartsWith(System.IO.Path.TrimEndingDirectorySeparator(folder) + '/',
            StringComparison.Ordinal);

    private void CheckCommand(ImmutableArray<string>.Builder errors)
    {
        if (Command.IsDefaultOrEmpty || Command[0].Length == 0)
            errors.Add("command is empty; it must name a program.");
        else if (Command.Length > MaxArguments || Command.Any(argument => Encoding.UTF8.GetByteCount(argument) > MaxArgumentBytes)
            || Command.Sum(Encoding.UTF8.GetByteCount)
                + Environment.Sum(pair => Encoding.UTF8.GetByteCount(pair.Key + pair.Value)) > MaxCommandBytes)
            errors.Add($"command is too long; at most {MaxArguments} arguments of {MaxArgumentBytes} bytes, and {MaxCommandBytes} bytes with the environment.");
        else if (Command.Any(argument => argument.Contains('\0', StringComparison.Ordinal)))
            errors.Add("command holds a zero byte, which no argument can hold.");
    }

    // A path such as /tmp/../key would be checked as one place and mounted as another.
    private static bool Path(string path, string what, ImmutableArray<string>.Builder errors)
    {
        if (System.IO.Path.IsPathFullyQualified(path) && !path.Contains('\0', StringComparison.Ordinal)
            && System.IO.Path.GetFullPath(path) == path)
            return true;
        errors.Add($"{what} names \"{path.Replace('\0', '?')}\"; it must be an absolute path without \"..\".");
        return false;
    }
}
