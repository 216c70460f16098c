using System.CommandLine;
using System.Globalization;
using Starling.Api;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;
using Starling.Core.Canonical;
using Starling.Core.Configuration;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Training;

namespace Starling.Cli.Commands;

/// <summary>Lists a contract's entries, with what the fold makes of each.</summary>
internal static class LedgerLog
{
    private const int MaxLine = 120;

    /// <summary>Writes a line for each entry; as JSON, an object a line.</summary>
    public static async Task<int> WriteAsync(StoredLedger ledger, ParseResult parsed, CancellationToken cancellation)
    {
        ContractState? state = null;
        var certifier = new X509Certifier();
        for (var height = 0L; ;)
        {
            var page = await ledger.Backend.ReadAsync(ledger.Contract, height, LedgerPage.MaxEntries, cancellation).ConfigureAwait(false);
            foreach (var entry in page.Entries)
            {
                state ??= ContractFold.Empty(ledger.Contract, ledger.Founding ?? entry.Entry.Id);
                var folded = ContractFold.Apply(state, entry, certifier);
                state = folded.State;
                var line = Describe(height++, entry.Entry, state is RunnerState, folded.Refusal);
                parsed.Print(line, CliJson.Default.LedgerLine, output => output.WriteLine(Text(line)));
            }

            if (page.Entries.IsEmpty)
                return (int)ExitCode.Done;
        }
    }

    /// <summary>An entry as a line for people.</summary>
    internal static string Text(LedgerLine line) => string.Create(CultureInfo.InvariantCulture,
        $"{line.Height,6}  {line.Entry[..12]}  {line.Kind,-12} {NodeId.Parse(line.Author).Name,-10} {ShownText.Line(line.Detail)}{(line.Refusal is null ? "" : $"  refused: {line.Refusal}")}");

    private static LedgerLine Describe(long height, SignedEntry entry, bool isRunners, Refusal refusal)
    {
        var (kind, detail) = Read(entry, isRunners);
        return new LedgerLine(height, entry.Id.ToString(), entry.Body.Author.Value, entry.Body.Sequence, kind, detail,
            refusal == Refusal.None ? null : refusal.ToString());
    }

    private static (string Kind, string Detail) Read(SignedEntry entry, bool isRunners)
    {
        try
        {
            if (isRunners)
            {
                var told = RunnerEntryCodec.Decode(entry.Body.Payload);
                return (told.GetType().Name, Words(told));
            }

            var read = TrainingEntryCodec.Decode(entry.Body.Payload);
            return (read.GetType().Name, Words(read));
        }
        catch (CanonicalFormatException e)
        {
            return ("unreadable", e.Message);
        }
    }

    private static string Words(TrainingEntry entry) => entry switch
    {
        Found e =>
            string.Create(CultureInfo.InvariantCulture,
                $"{e.Members.Count} members, {e.Settings.Rounds} rounds, at least {e.Settings.MinPeers} a round, {e.Settings.MergeRule}"),
        Enrol e => e.Member.Node.Value,
        ChangeSettings e =>
            string.Create(CultureInfo.InvariantCulture,
                $"{e.Settings.Rounds} rounds, at least {e.Settings.MinPeers} a round, {e.Settings.MergeRule}"),
        Revoke e => e.Member.Value,
        Restart e => string.Create(CultureInfo.InvariantCulture, $"at round {e.Round}"),
        Tombstone e => e.Reason,
        Ready e => string.Create(CultureInfo.InvariantCulture, $"round {e.Round}.{e.Opening}: update {Short(e.Update)}, weight {e.Weight}"),
        Merged e =>
            string.Create(CultureInfo.InvariantCulture,
                $"round {e.Round}.{e.Opening} term {e.Term}: merge {Short(e.Merge)} of {e.Contributors.Length}, {e.LeftOut.Length} left out"),
        AuditedFull e => string.Create(CultureInfo.InvariantCulture, $"round {e.Round}.{e.Opening} term {e.Term}: merge {Short(e.Merge)}"),
        Receipt e => string.Create(CultureInfo.InvariantCulture, $"round {e.Round}.{e.Opening} term {e.Term}: merge {Short(e.Merge)}"),
        TermEntry e => string.Create(CultureInfo.InvariantCulture, $"round {e.Round}.{e.Opening} term {e.Term}"),
        RoundEntry e => string.Create(CultureInfo.InvariantCulture, $"round {e.Round}.{e.Opening}"),
        _ => "",
    };

    private static string Words(RunnerEntry entry) => entry switch
    {
        FoundRunner e => string.Create(CultureInfo.InvariantCulture, $"{e.Operators.Length} operators"),
        EnrolOperator e => e.Operator.Node.Value,
        RemoveOperator e => e.Operator.Value,
        CloseRunner e => e.Reason,
        WriteTask e => string.Create(CultureInfo.InvariantCulture, $"{e.Task.Name}: {e.Task.Kind}{(e.Replaces ? ", anew" : "")}"),
        FinaliseTask e => e.Task.Value,
        DeleteTask e => e.Task.Value,
        AssignTask e => $"{e.Task} to {Words(e.Placement)}",
        CancelRun e => string.Create(CultureInfo.InvariantCulture, $"run {e.Run}{(e.Reason.Length > 0 ? ": " : "")}{e.Reason}"),
        Enlist e => string.Create(CultureInfo.InvariantCulture, $"run {e.Run}"),
        Decline e => string.Create(CultureInfo.InvariantCulture, $"run {e.Run}: {e.Reason}"),
        ReportWork e => string.Create(CultureInfo.InvariantCulture, $"run {e.Run}: {e.Report.State}, {Line(e.Report.Description)}"),
        _ => "",
    };

    private static string Words(Placement placement) => placement switch
    {
        SomePeers some => string.Create(CultureInfo.InvariantCulture, $"{some.Count} operators"),
        OnePeer one => one.Operator.Value,
        _ => "all operators",
    };

    // An operator may have told a long story; the log has a line for it.
    private static string Line(string text)
    {
        var first = text.ReplaceLineEndings(" ");
        return first.Length <= MaxLine ? first : $"{first[..MaxLine]}...";
    }

    private static string Short(BlobId blob) => blob.ToString()[..12];
}
