using System.Diagnostics;
using System.Globalization;
using Starling.Api;
using Starling.Api.Events;

namespace Starling.EndToEnd.Tests.Consortium.Faults;

/// <summary>A training in the network of a consortium in which things go wrong, and what must be true of it.</summary>
internal sealed class FaultRun
{
    /// <summary>More rounds than there is time for: an admin ends the training.</summary>
    private const int Rounds = 100_000;

    private const int FirstRound = 3, RoundsAfter = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3), Usual = TimeSpan.FromSeconds(3), Still = TimeSpan.FromSeconds(10);

    private readonly FaultSchedule schedule;
    private readonly string contract;
    private readonly TrainingSites sites;
    private readonly Witness witness;
    private readonly Action<string> tell;
    private readonly List<(Fault Fault, long From, long To)> happened = [];
    private double usual;

    private FaultRun(FaultSchedule schedule, TrainingSites sites, Action<string> tell)
    {
        (this.schedule, this.sites, this.tell) = (schedule, sites, tell);
        contract = string.Create(CultureInfo.InvariantCulture, $"digits-{schedule.Seed}");
        witness = new Witness(sites.EventsOf(0), contract);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Carries a schedule out, and checks what came of it. Everything runs again in the end.</summary>
    /// <param name="schedule">What goes wrong.</param>
    /// <param name="sites">Where; all of it runs, and there is a task runner that has nothing to do.</param>
    /// <param name="tell">Takes lines about what happens.</param>
    public static async Task CarryOutAsync(FaultSchedule schedule, TrainingSites sites, Action<string> tell)
    {
        var began = Stopwatch.GetTimestamp();
        tell(schedule.ToString());
        var run = new FaultRun(schedule, sites, tell);
        await run.BeginAsync();
        foreach (var step in schedule.Steps)
            await run.HappenAsync(step);
        if (schedule.Lost is { } lost)
            await run.HappenAsync([lost]);
        await run.OutlastAsync();
        await run.EndAsync();
        sites.Start();
        tell(string.Create(CultureInfo.InvariantCulture,
            $"seed {schedule.Seed}: {run.witness.Round} rounds, {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s in all"));
    }

    private async Task BeginAsync()
    {
        sites.WriteBeginning(contract, Rounds, schedule.MinPeers, settings: "leaderTimeout: 20s, absentTimeout: 60s, ");
        (await sites.RunAsync("shell", "train.starling")).Ended(ExitCode.Done);
        await UntilAsync(() => witness.Round >= FirstRound, "No round is committed before anything goes wrong");
        var (before, began) = (witness.Round, Stopwatch.GetTimestamp());
        await Task.Delay(Usual, Cancel);
        witness.Read();
        usual = (witness.Round - before) / Stopwatch.GetElapsedTime(began).TotalSeconds;
        tell(string.Create(CultureInfo.InvariantCulture, $"seed {schedule.Seed}: {usual:0.0} rounds a second"));
    }

    private async Task HappenAsync(IReadOnlyList<Fault> faults)
    {
        witness.Read();
        var (from, began) = (witness.Commits.Count, Stopwatch.GetTimestamp());
        var round = witness.Round;
        var happening = Task.WhenAll(faults.Select(fault => fault.HappenAsync(sites, Cancel)));
        var (longest, last, seen) = (TimeSpan.Zero, began, from);
        await witness.UntilAsync(() =>
        {
            if (Stopwatch.GetElapsedTime(last) is var gap && gap > longest)
                longest = gap;
            if (witness.Commits.Count > seen)
                (seen, last) = (witness.Commits.Count, Stopwatch.GetTimestamp());
            return happening.IsCompleted;
        }, Patience, Cancel);
        await happening;
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var rounds = witness.Commits.Skip(from).ToList();
        happened.AddRange(faults.Select(fault => (fault, round, witness.Round + 1)));
        tell(string.Create(CultureInfo.InvariantCulture,
            $"  {string.Join(" and ", faults)}: {rounds.Count} rounds in {seconds:0.0} s, {Math.Max(0, (usual * seconds) - rounds.Count):0} fewer than usual, at most {longest.TotalSeconds:0.0} s without one; "
            + $"{rounds.Sum(told => TrainingSites.Nodes - told.Contributors.Count)} updates left out"));
    }

    /// <summary>
    /// Waits until all who are left train together again; or, where they are too few, for a while in which they agree on nothing.
    /// </summary>
    private async Task OutlastAsync()
    {
        var began = Stopwatch.GetTimestamp();
        var gone = schedule.Lost?.MayBeDeposed.Select(TrainingSites.IdOf).ToList() ?? [];
        if (schedule.EndsWaiting)
        {
            // What was under way when they went may still be agreed on, and the witness may be behind; after that nothing follows.
            var (before, seen, last) = (witness.Commits.Count, witness.Commits.Count, began);
            await UntilAsync(() =>
            {
                if (witness.Commits.Count > seen)
                    (seen, last) = (witness.Commits.Count, Stopwatch.GetTimestamp());
                return Stopwatch.GetElapsedTime(last) > Still;
            }, "Rounds go on without those that they need");
            Assert.All(witness.Commits.Skip(before),
                told => Assert.InRange(told.Contributors.Count, schedule.MinPeers, TrainingSites.Nodes));
        }
        else
        {
            var from = witness.Round;
            var left = Enumerable.Range(0, TrainingSites.Nodes).Select(TrainingSites.IdOf).Except(gone).ToList();
            await UntilAsync(() =>
                witness.Commits.Any(told => told.Round > from && left.TrueForAll(told.Contributors.Contains))
                    && witness.Round >= from + RoundsAfter, "Those who are left do not train together again");
        }

        tell(string.Create(CultureInfo.InvariantCulture,
            $"  then {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s until {(schedule.EndsWaiting ? "it was clear that the others wait" : "all who are left contributed to a round")}"));
    }

    /// <summary>
    /// An admin that waits is told whom for, and that it may cancel the run; it does, and everything that was told is checked.
    /// </summary>
    private async Task EndAsync()
    {
        await File.WriteAllLinesAsync(Path.Combine(sites.Office, "end.starling"),
            ["runner wait lab --timeout 1s", $"contract status {contract}", "runner reset lab --reason over", "runner wait lab",
                $"contract delete {contract} --yes"], Cancel);
        var ended = await sites.RunAsync("shell", "end.starling");
        Assert.Contains("'starling runner reset'", ended.Error, StringComparison.Ordinal);
        Assert.Contains("is cancelled", ended.Output, StringComparison.Ordinal);
        Assert.Contains($"{contract} is deleted", ended.Output, StringComparison.Ordinal);
        if (schedule.EndsWaiting)
            Assert.All(schedule.Lost!.MayBeDeposed.Select(TrainingSites.IdOf), site => Assert.True(
                ended.Output.Split('\n')
                    .Any(line =>
                        line.Contains(site, StringComparison.Ordinal)
                            && (line.Contains("awaited: ", StringComparison.Ordinal)
                                || line.Contains("not connected to this node: ", StringComparison.Ordinal))),
                                $"Nobody says that {site} is awaited, or not connected.\n{ended.Output}\n{ended.Error}"));
        foreach (var verified in (string[])[contract, "lab"])
            (await sites.RunAsync(["ledger", "verify", .. TrainingSites.LedgerWords(verified)])).Ended(ExitCode.Done);
        var log = (await sites.RunAsync(["ledger", "log", .. TrainingSites.LedgerWords(contract), "--json"])).Ended(ExitCode.Done).Output;
        witness.Read();
        var findings = new FaultFindings(schedule, happened, witness);
        findings.Check(Enumerable.Range(1, TrainingSites.Nodes - 1)
            .Select(node => sites.Events(node).Where(told => ContractOf(told) == contract)), log);
    }

    private static string? ContractOf(ApiEvent told) => told switch
    {
        RoundCommittedEvent commit => commit.Contract,
        HaltedEvent halted => halted.Contract,
        SetAsideEvent aside => aside.Contract,
        LateDisputeEvent late => late.Contract,
        _ => null,
    };

    private async Task UntilAsync(Func<bool> holds, string otherwise)
    {
        if (await witness.UntilAsync(holds, Patience, Cancel))
            return;
        Assert.Fail($"{otherwise}. The last that was told:\n{string.Join('\n', witness.Events.TakeLast(25))}");
    }
}
