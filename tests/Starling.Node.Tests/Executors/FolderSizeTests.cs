using Starling.Node.Executors;

namespace Starling.Node.Tests.Executors;

/// <summary>What deleted files take that processes still hold open, however the processes are in the way of it.</summary>
public sealed class FolderSizeTests : IDisposable
{
    private const int Length = 1 << 20;

    private readonly string folder = Directory.CreateTempSubdirectory("starling-size-").FullName;

    public FolderSizeTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere no disk is limited.");

    private static ProcessFacts Self => ProcessFacts.Of(Environment.ProcessId)!.Value;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Red if one descriptor that is closed just then hides those that come after it.</summary>
    [Fact]
    public void A_descriptor_that_goes_hides_no_other()
    {
        var path = Path.Combine(folder, "gone");
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Delete, bufferSize: 0);
        file.Write(new byte[Length]);
        File.Delete(path);
        var (bytes, allSeen) = FolderSize.OfDeleted(folder, [Self],
            process => FolderSize.OpenFiles(process).Prepend($"/proc/{process}/fd/{int.MaxValue}"));
        Assert.InRange(bytes, Length, 2 * Length);
        Assert.True(allSeen);
    }

    /// <summary>Red if a process that lives and is closed passes for one that has ended, or the other way round.</summary>
    [Fact]
    public async Task A_process_that_is_closed_is_told_from_one_that_has_ended()
    {
        using var other = Scratch.Start("cat");
        var ended = ProcessFacts.Of(other.Id)!.Value;
        other.Kill();
        await other.WaitForExitAsync(Scratch.Cancellation);
        Assert.Equal((0L, true), FolderSize.OfDeleted(folder, [ended], Closed));
        Assert.Equal((0L, false), FolderSize.OfDeleted(folder, [ended, Self], Closed));
    }

    private static IEnumerable<string> Closed(int process) => throw new UnauthorizedAccessException();
}
