using Starling.Node.Executors;

namespace Starling.Node.Tests.Executors;

/// <summary>What becomes of the folder of a program that is over.</summary>
public sealed class WorkFoldersTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-folder-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public WorkFoldersTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere programs have no walls.");

    public void Dispose()
    {
        if (Directory.Exists(folder))
            WorkFolders.Delete(folder);
    }

    /// <summary>Red if names that are no text, paths that no call takes, or (unless for root) permissions keep a folder.</summary>
    [Theory]
    [InlineData("mkdir $(printf 'a\\377') && echo x >$(printf 'a\\377')/$(printf '\\377')")]
    [InlineData("perl -e 'for (1..300) { mkdir q(n) x 255 or die; open F, q(>file); chdir q(n) x 255 or die } mkdir q(e)'")]
    [InlineData("mkdir -p a/b c && echo x >a/b/x && echo y >c/y && chmod 0 a/b c && chmod 0555 a .")]
    [InlineData("mkdir a && ln -s / a/root && ln -s a b && ln -s nowhere c && mkfifo a/pipe")]
    [InlineData("true")]
    public async Task All_of_it_goes(string text)
    {
        using var program = Scratch.Start("/bin/sh", "-c", $"cd {folder} && {text}");
        await program.WaitForExitAsync(Cancellation);
        Assert.Equal(0, program.ExitCode);
        Assert.Null(WorkFolders.Delete(folder));
        Assert.False(Directory.Exists(folder));
        Assert.Null(WorkFolders.Delete(folder));
    }

    /// <summary>Red if it ends with the first that stays, follows a link, or does not say what stays.</summary>
    [Fact]
    public void What_stays_is_named()
    {
        var kept = WorkFolders.Delete("/proc/self/fdinfo");
        Assert.Contains("/proc/self/fdinfo", kept, StringComparison.Ordinal);
        Assert.Contains("0 (", kept, StringComparison.Ordinal);
        Assert.Contains("1 (", kept, StringComparison.Ordinal);
        Directory.CreateSymbolicLink(Path.Combine(folder, "link"), Directory.CreateDirectory(Path.Combine(folder, "other")).FullName);
        File.WriteAllText(Path.Combine(folder, "other", "file"), "x");
        var mode = new DirectoryInfo(Path.Combine(folder, "other")).UnixFileMode;
        WorkFolders.Delete(Path.Combine(folder, "link"));
        Assert.True(File.Exists(Path.Combine(folder, "other", "file")));
        Assert.Equal(mode, new DirectoryInfo(Path.Combine(folder, "other")).UnixFileMode);
    }
}
