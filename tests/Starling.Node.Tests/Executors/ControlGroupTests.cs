using Starling.Node.Executors;

namespace Starling.Node.Tests.Executors;

/// <summary>
/// Both versions of control groups: the second with files as the kernel writes them, since one host has a controller in one version only.
/// </summary>
public sealed class ControlGroupTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("starling-groups").FullName;

    [Fact]
    public void The_second_version_limits_counts_and_closes()
    {
        var group = new ControlGroupTwo(root);
        foreach (var (name, text) in new[]
        {
            ("memory.max", "max\n"), ("memory.swap.max", "max\n"), ("memory.oom.group", "0\n"), ("pids.max", "max\n"), ("cgroup.kill",
                ""), ("memory.peak", "4096\n"),
            ("memory.events", "low 0\nhigh 0\nmax 9\noom 2\noom_kill 3\noom_group_kill 1\n"), ("cpu.stat",
                "usage_usec 2500000\nuser_usec 1\n"), ("pids.events", "max 7\n"),
            ("cgroup.procs", "12\n34\n"),
        })
            Put(name, text);
        group.Limit(new WorkLimits { MemoryBytes = 1 << 30, Processes = 99 }, memory: true, processes: true);
        Assert.Equal(["1073741824", "0", "1", "99"], new[] { "memory.max", "memory.swap.max", "memory.oom.group", "pids.max" }.Select(Get));
        Assert.Equal((4096L, 3L, TimeSpan.FromSeconds(2.5), 7L),
            (group.PeakMemoryBytes, group.MemoryKills, group.Processor, group.Refusals));
        Assert.Equal([12, 34], group.Members());
        group.Close();
        Assert.Equal("1", Get("cgroup.kill"));
    }

    /// <summary>Red if a daemon in a work's group is taken for another work's, or if a node's own group is taken for a work's.</summary>
    [Theory]
    [InlineData("0::/a/starling-x1", "0::/a", true)]
    [InlineData("4:memory:/starling-x1;1:cpu:/", "4:memory:/;1:cpu:/", true)]
    [InlineData("0::/a/starling-node", "0::/a/starling-node", false)]
    [InlineData("0::/system.slice/starling-a.service", "0::/system.slice/starling-a.service", false)]
    [InlineData("0::/user.slice", "0::/a/starling-node", false)]
    [InlineData("", "0::/a", false)]
    public void A_process_in_the_group_of_a_work_is_told(string membership, string own, bool expected) =>
        Assert.Equal(expected,
            ControlGroupTree.IsOfWork(membership.Split(';', StringSplitOptions.RemoveEmptyEntries), own.Split(';')));

    [Fact]
    public void A_limit_that_cannot_be_set_is_not_passed_over()
    {
        Assert.Contains("memory.max",
            Assert.Throws<ExecutorException>(
                () => new ControlGroupTwo(root).Limit(new WorkLimits(), memory: true, processes: false)).Message, StringComparison.Ordinal);
        Assert.Contains("pids.max",
            Assert.Throws<ExecutorException>(() => new ControlGroupOne(null, root, null).Limit(new WorkLimits())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_tree_of_the_second_version_is_found_below_the_nodes_own_group_and_hands_on_its_controllers()
    {
        Put("cgroup.controllers", "cpuset cpu io memory pids\n");
        Directory.CreateDirectory(Path.Combine(root, "system.slice", "starling.service"));
        Put("system.slice/starling.service/cgroup.controllers", "memory pids\n");
        Put("system.slice/starling.service/cgroup.subtree_control", "memory\n");
        var tree = ControlGroupTree.Find(root, ["0::/system.slice/starling.service"]);
        Assert.False(tree.IsEmpty);
        // A file keeps only what was written last: "+pids", the one that was missing.
        Assert.Equal("+pids", Get("system.slice/starling.service/cgroup.subtree_control"));
        Assert.Equal((false, false), (tree.LimitsMemory, tree.LimitsProcesses));
        Put("system.slice/starling.service/cgroup.subtree_control", "memory pids\n");
        Assert.Equal((true, true), (tree.LimitsMemory, tree.LimitsProcesses));
    }

    [Fact]
    public void Without_a_tree_nothing_is_claimed()
    {
        var tree = ControlGroupTree.Find(root, ["4:memory:/", "0::/"]);
        Assert.Equal((true, false, false), (tree.IsEmpty, tree.LimitsMemory, tree.LimitsProcesses));
        Assert.Null(tree.Make("a", new WorkLimits()));
        Assert.True(ControlGroupTree.Find("", []).IsEmpty);
    }

    [Fact]
    public async Task The_kernels_own_second_version_holds_the_processes_of_a_work()
    {
        var mount = new[] { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" }.FirstOrDefault(
            path => File.Exists(Path.Combine(path, "cgroup.controllers")));
        Assert.SkipWhen(mount is null, "This host has no control groups of the second version.");
        await using var executor = await Scratch.OpenAsync("process");
        var work = await ProcessExecutor.OpenAsync(
            new ExecutorOptions { Owner = "second-version", Folder = Path.Combine(executor.Root, "second"), ControlGroups = mount });
        Assert.SkipWhen(ControlGroupTree.Find(mount, File.ReadAllLines("/proc/self/cgroup")).IsEmpty,
            "This host gives no control groups to this user.");
        await using var running =
            await work.StartAsync(executor.Shell("grep ^0: /proc/self/cgroup; setsid sleep 600.5 & sleep 600.5"), Scratch.Cancellation);
        await Scratch.SaidAsync(running, $"/starling-second-version.process.{running.Id}");
        Assert.Equal(WorkEnd.Cancelled, (await running.StopAsync(TimeSpan.Zero)).End);
        Assert.Equal(0, Scratch.Running("sleep\0600.5"));
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private void Put(string name, string text) => File.WriteAllText(Path.Combine(root, name), text);

    private string Get(string name) => File.ReadAllText(Path.Combine(root, name));
}
