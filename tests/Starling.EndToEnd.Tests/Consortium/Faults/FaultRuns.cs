using System.Collections.Concurrent;
using Starling.Api;

namespace Starling.EndToEnd.Tests.Consortium.Faults;

/// <summary>
/// Carries schedules out in two networks, in one the one that is waited for, and in the other the next: faults last for seconds in
/// which processors have little to do, and networks have nothing in common. One schedule after another uses a network until
/// something is not as it should be.
/// </summary>
public sealed class FaultRuns : IAsyncLifetime
{
    private readonly ConcurrentDictionary<int, Lazy<Task>> runs = [];
    private readonly ConcurrentDictionary<int, ConcurrentQueue<string>> lines = [];
    private readonly Network[] networks = [new(), new()];

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var network in networks)
            await network.DisposeAsync();
    }

    /// <summary>Waits for a schedule, while the next one is carried out, too.</summary>
    internal async Task OutcomeAsync(int seed, int? next, string clockLibrary, Action<string> tell)
    {
        var run = Begin(seed, clockLibrary);
        if (next is { } after)
            _ = Begin(after, clockLibrary);
        try
        {
            await run;
        }
        finally
        {
            foreach (var line in lines[seed])
                tell(line);
        }
    }

    private Task Begin(int seed, string clockLibrary) => runs.GetOrAdd(seed, new Lazy<Task>(() =>
    {
        var told = lines.GetOrAdd(seed, []);
        using var _ = ExecutionContext.SuppressFlow(); // It outlives the test that it begins in.
        return Task.Run(() => networks[seed % networks.Length].CarryOutAsync(FaultSchedule.Draw(seed), clockLibrary, told.Enqueue));
    })).Value;

    private sealed class Network : IAsyncDisposable
    {
        private readonly SemaphoreSlim free = new(1);
        private TrainingSites? sites;

        public async Task CarryOutAsync(FaultSchedule schedule, string clockLibrary, Action<string> tell)
        {
            await free.WaitAsync(TestContext.Current.CancellationToken);
            try
            {
                if (sites is null)
                    await BeginAsync(clockLibrary);
                await FaultRun.CarryOutAsync(schedule, sites!, tell);
            }
            catch
            {
                await DisposeAsync();
                throw;
            }
            finally
            {
                free.Release();
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref sites, null) is { } used)
                await used.DisposeAsync();
        }

        private async Task BeginAsync(string clockLibrary)
        {
            sites = await TrainingSites.CreateAsync(clockLibrary);
            sites.WriteFoundingScript();
            sites.Start();
            (await sites.RunAsync("shell", "found.starling")).Ended(ExitCode.Done);
        }
    }
}
