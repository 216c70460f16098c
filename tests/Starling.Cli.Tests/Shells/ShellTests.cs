using Starling.Api;
using Starling.Cli.Shells;

namespace Starling.Cli.Tests.Shells;

public sealed class ShellTests : IDisposable
{
    private readonly List<string> carriedOut = [];
    private readonly StringWriter output = new(), error = new();

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
    }

    /// <summary>Red if comments are carried out, or lines after the end.</summary>
    [Fact]
    public async Task Lines_are_carried_out_until_exit()
    {
        Assert.Equal(0, await RunAsync("# first\n\ntask list\nnode list # all\nEXIT\ntask list\n"));
        Assert.Equal(["task list", "node list"], carriedOut);
        Assert.Equal("", error.ToString());
    }

    /// <summary>Red if a failure is lost, or ends the script though nobody said so.</summary>
    [Fact]
    public async Task A_failure_is_told_with_its_line_and_is_the_exit_code()
    {
        Assert.Equal(11, await RunAsync("fail 11\nfail 3\ntask list\n"));
        Assert.Equal(["fail 11", "fail 3", "task list"], carriedOut);
        Assert.Contains("lab.starling:1: 'fail 11' ended with exit code 11", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit on failure")]
    [InlineData("EXIT ON FAILURE ON")]
    public async Task Exit_on_failure_ends_the_script(string switching)
    {
        Assert.Equal(3, await RunAsync($"fail 3\n{switching}\nfail 14\ntask list\n"));
        Assert.Equal(["fail 3", "fail 14"], carriedOut);
    }

    [Fact]
    public async Task Exit_on_failure_can_be_switched_off_again()
    {
        await RunAsync("exit on failure\nexit on failure off\nfail 3\ntask list\n");
        Assert.Equal(["fail 3", "task list"], carriedOut);
    }

    [Fact]
    public async Task Exit_may_name_the_exit_code() => Assert.Equal(0, await RunAsync("fail 3\nexit 0\n"));

    [Theory]
    [InlineData("exit sometimes")]
    [InlineData("exit 256")]
    [InlineData("sleep")]
    [InlineData("sleep long")]
    [InlineData("cd a b")]
    [InlineData("task 'list")]
    [InlineData("shell")]
    public async Task A_line_that_cannot_be_understood_fails(string line)
    {
        Assert.Equal((int)ExitCode.Usage, await RunAsync(line + "\n"));
        Assert.StartsWith("error: ", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(carriedOut);
    }

    [Fact]
    public async Task Help_tells_of_the_shell_besides()
    {
        await RunAsync("help\nhelp task create\n");
        Assert.Equal(["--help", "task create --help"], carriedOut);
        Assert.Contains("exit on failure", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folders_are_listed_and_a_missing_one_is_told()
    {
        var folder = Directory.CreateTempSubdirectory("starling-shell-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "b.yaml"), "");
            folder.CreateSubdirectory("a");
            Assert.Equal(0, await RunAsync($"ls '{folder.FullName}'\nsleep 0\npwd\n"));
            Assert.Equal($"a/\nb.yaml\n{Directory.GetCurrentDirectory()}\n", output.ToString().ReplaceLineEndings("\n"));
            Assert.Equal((int)ExitCode.Disk, await RunAsync($"cd '{Path.Combine(folder.FullName, "gone")}'\n"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private Task<int> RunAsync(string script) =>
        new Shell(new ScriptLines("lab.starling", new StringReader(script)), Execute, output, error).RunAsync(
            TestContext.Current.CancellationToken);

    private Task<int> Execute(IReadOnlyList<string> words, CancellationToken cancellation)
    {
        carriedOut.Add(string.Join(' ', words));
        return Task.FromResult(words is ["fail", var code] ? int.Parse(code, System.Globalization.CultureInfo.InvariantCulture) : 0);
    }
}
