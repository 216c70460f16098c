using System.CommandLine;
using System.Globalization;
using Starling.Api;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Core.Tasks;
using Starling.Ledgers;

namespace Starling.Cli.Commands;

/// <summary>Proves a contract's history.</summary>
internal static class LedgerCheck
{
    /// <summary>Writes the verdict.</summary>
    /// <returns>What the process exits with.</returns>
    public static async Task<int> WriteAsync(StoredLedger ledger, ParseResult parsed, CancellationToken cancellation)
    {
        var verdict = await LedgerReplay
            .VerifyAsync(ledger.Backend, ledger.Contract, ledger.Founding, new X509Certifier(), null, cancellation).ConfigureAwait(false);
        var report = new LedgerReport(
            ledger.Path, ledger.Contract.Value, verdict.Finding is null, verdict.Entries, verdict.Commits,
            verdict.State.ChainHash.ToString(),
            verdict.Refused.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value), verdict.Finding?.Height,
            verdict.Finding?.Fault.ToString(), verdict.Finding?.Detail);
        var done = verdict.State is RunnerState runner ? $"{runner.Run?.Number ?? 0} runs" : $"{report.Commits} rounds committed";
        parsed.Print(report, CliJson.Default.LedgerReport, output => output.WriteLine(Text(report, done)));
        return (int)(report.Sound ? ExitCode.Done : ExitCode.CheckFailed);
    }

    private static string Text(LedgerReport report, string done) => report.Sound
        ? string.Create(CultureInfo.InvariantCulture,
            $"{report.Ledger}: sound; {report.Entries} entries of {report.Contract}, {done}, {report.Refused.Values.Sum()} entries refused\nchain {report.Chain}")
        : string.Create(CultureInfo.InvariantCulture,
            $"{report.Ledger}: the first bad entry of {report.Contract} is at height {report.BadHeight} ({report.Fault}): {ShownText.Line(report.Detail ?? "")}\nThe {report.Entries} entries below it are sound.");
}
