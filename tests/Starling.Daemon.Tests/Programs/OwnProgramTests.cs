using System.Collections.Immutable;
using System.Threading.Channels;
using Starling.Core.Identity;
using Starling.Daemon.Programs;
using Starling.Learning.Programs;
using Starling.Node.Events;

namespace Starling.Daemon.Tests.Programs;

/// <summary>A node's usual program is started again, whatever went wrong.</summary>
public sealed class OwnProgramTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-own-").FullName;
    private readonly Channel<ProgramFailed> failures = Channel.CreateUnbounded<ProgramFailed>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Red if a session's folder that is gone ends the program for good, and nobody hears of it.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_program_that_deletes_its_sessions_folder_is_started_again()
    {
        using var program = await StartAsync();
        Assert.Contains("exit code 1", await FailureAsync(), StringComparison.Ordinal);
        Assert.Contains("exit code 1", await FailureAsync(), StringComparison.Ordinal);
        await program.StopAsync(Cancellation);
    }

    /// <summary>Red if a disk that refuses once ends the program for good.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_program_whose_folder_cannot_be_made_is_started_again()
    {
        var place = Path.Combine(folder, "program");
        await File.WriteAllTextAsync(place, "", Cancellation);
        using var program = await StartAsync();
        Assert.Contains(place, await FailureAsync(), StringComparison.Ordinal);
        File.Delete(place);
        Assert.Contains("exit code 1", await FailureAsync(), StringComparison.Ordinal);
        await program.StopAsync(Cancellation);
    }

    private async Task<string> FailureAsync() => (await failures.Reader.ReadAsync(Cancellation)).What;

    private async Task<OwnProgram> StartAsync()
    {
        var launch = new ProgramLaunch(["/bin/sh", "-c", "rm -r \"${STARLING_SESSION_SOCKET%/*}\"; exit 1"],
            ImmutableSortedDictionary<string, string>.Empty, TimeSpan.FromMinutes(1));
        // It hands no update over.
        var program = new OwnProgram(folder, ContractId.Parse("small"), launch, () => null!,
            told => failures.Writer.TryWrite((ProgramFailed)told));
        await program.StartAsync(Cancellation);
        return program;
    }
}
