using System.Globalization;

namespace Starling.Node.Executors;

/// <summary>Where this process may make control groups, in either version.</summary>
internal sealed class ControlGroupTree
{
    private const string Prefix = "starling-";
    private const string Own = "starling-node";

    // Version 1: a folder for each controller. Version 2: one folder, as the first of them.
    private readonly string?[] folders;
    private readonly bool unified;

    private ControlGroupTree(bool unified, params string?[] folders) => (this.unified, this.folders) = (unified, folders);

    /// <summary>Whether memory is limited by the kernel.</summary>
    public bool LimitsMemory => unified ? Controllers(folders[0]!, "cgroup.subtree_control").Contains("memory") : folders[0] is not null;

    /// <summary>Whether processes are.</summary>
    public bool LimitsProcesses => unified ? Controllers(folders[0]!, "cgroup.subtree_control").Contains("pids") : folders[1] is not null;

    /// <summary>Whether it holds any process at all.</summary>
    public bool IsEmpty => folders.All(folder => folder is null);

    /// <summary>Whether a process is in the group of a work: one of this name that this process is not in itself.</summary>
    /// <param name="membership">The lines of its <c>/proc/PID/cgroup</c>.</param>
    /// <param name="own">Those of this process.</param>
    public static bool IsOfWork(IEnumerable<string> membership, IEnumerable<string> own) =>
        membership.Except(own).Any(line => line[(line.LastIndexOf('/') + 1)..].StartsWith(Prefix, StringComparison.Ordinal));

    /// <summary>Finds where groups can be made.</summary>
    /// <param name="root">Where control groups are mounted; empty to do without.</param>
    /// <param name="membership">The lines of <c>/proc/self/cgroup</c>: which groups this process is in.</param>
    public static ControlGroupTree Find(string root, IReadOnlyList<string> membership)
    {
        if (root.Length == 0)
            return new ControlGroupTree(false, null, null, null);
        string Place(string line, string folder)
        {
            var own = Path.Combine(folder, line[(line.IndexOf(':', line.IndexOf(':') + 1) + 1)..].Trim('/'));
            return Directory.Exists(own) ? own : folder;
        }

        if (File.Exists(Path.Combine(root, "cgroup.controllers")))
        {
            var folder = membership.Where(line => line.StartsWith("0::", StringComparison.Ordinal)).Select(line => Place(line, root))
                .FirstOrDefault(root);
            if (Path.GetFileName(folder) == Own)
                folder = Path.GetDirectoryName(folder)!;
            if (!CanMake(folder))
                return new ControlGroupTree(false, null, null, null);
            Delegate(folder);
            return new ControlGroupTree(true, folder);
        }

        string? First(string controller)
        {
            var line = membership.FirstOrDefault(line => line.Split(':') is [_, var names, ..] && names.Split(',').Contains(controller));
            var mount = Path.Combine(root, controller);
            var folder = line is null || !Directory.Exists(mount) ? null : Place(line, mount);
            return folder is not null && CanMake(folder) ? folder : null;
        }

        return new ControlGroupTree(false, First("memory"), First("pids"), First("cpuacct"));
    }

    /// <summary>Makes the group of a work; null if none can be made.</summary>
    public ControlGroup? Make(string name, WorkLimits limits)
    {
        if (IsEmpty)
            return null;
        var made = folders.Select(folder => folder is null ? null : Directory.CreateDirectory(Path.Combine(folder, Prefix + name)).FullName)
            .ToArray();
        if (unified)
        {
            var group = new ControlGroupTwo(made[0]!);
            group.Limit(limits, LimitsMemory, LimitsProcesses);
            return group;
        }

        var first = new ControlGroupOne(made[0], made[1], made[2]);
        first.Limit(limits);
        return first;
    }

    /// <summary>The groups whose name starts so, of whatever life.</summary>
    public IEnumerable<ControlGroup> Existing(string name) => folders.OfType<string>()
        .SelectMany(folder => Directory.EnumerateDirectories(folder, Prefix + name + "*"))
        .Select(path => unified ? (ControlGroup)new ControlGroupTwo(path) : new ControlGroupOne(path, null, null));

    private static bool CanMake(string folder)
    {
        var probe = Path.Combine(folder, $"{Prefix}probe-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}-{WorkId.Draw()}");
        try
        {
            Directory.CreateDirectory(probe);
            Directory.Delete(probe);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // A group with processes of its own can give no controllers to groups below it ("no internal processes"), so the node moves into a
    // leaf, as systemd's DelegateSubgroup does.
    private static void Delegate(string folder)
    {
        if (Enable(folder))
            return;
        try
        {
            var leaf = Directory.CreateDirectory(Path.Combine(folder, Own)).FullName;
            File.WriteAllText(Path.Combine(leaf, "cgroup.procs"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            Enable(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Others live in this group, too. The groups still hold the processes; the description says which limits are missing.
        }
    }

    private static bool Enable(string folder)
    {
        var control = Path.Combine(folder, "cgroup.subtree_control");
        var missing = Controllers(folder, "cgroup.controllers").Intersect(["memory", "pids", "cpu"])
            .Except(Controllers(folder, "cgroup.subtree_control")).ToArray();
        try
        {
            foreach (var controller in missing)
                File.WriteAllText(control, "+" + controller);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string[] Controllers(string folder, string file)
    {
        var path = Path.Combine(folder, file);
        return File.Exists(path) ? File.ReadAllText(path).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries) : [];
    }
}
