using System.Globalization;
using System.Text.Json;
using Starling.Api;
using Starling.Cli.Runs;
using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Training;

namespace Starling.Cli.Commands;

/// <summary>Lists a contract's entries, with what the fold makes of each.</summary>
internal static class LedgerLog
{
    /// <summary>Writes a line for each entry; as JSON, an object a line.</summary>
    public static async Task<int> WriteAsync(StoredLedger ledger, bool isJson, CancellationToken cancellation)
    {
        TrainingState? state = null;
        var certifier = new X509Certifier();
        for (var height = 0L; ;)
        {
            var page = await ledger.Backend.ReadAsync(ledger.Contract, height, LedgerPage.MaxEntries, cancellation).ConfigureAwait(false);
            foreach (var entry in page.Entries)
            {
                state ??= TrainingState.Empty(ledger.Contract, ledger.Founding ?? entry.Entry.Id);
                var folded = TrainingFold.Apply(state, entry, certifier);
                state = folded.State;
                Write(Describe(height++, entry.Entry, folded.Refusal), isJson);
            }

            if (page.Entries.IsEmpty)
                return (int)ExitCode.Done;
        }
    }

    private static LedgerLine Describe(long height, SignedEntry entry, Refusal refusal)
    {
        var (kind, detail) = Read(entry);
        return new LedgerLine(height, entry.Id.ToString(), entry.Body.Author.Value, entry.Body.Sequence, kind, detail, refusal == Refusal.None ? null : refusal.ToString());
    }

    private static (string Kind, string Detail) Read(SignedEntry entry)
    {
        try
        {
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
        Found e => string.Create(CultureInfo.InvariantCulture, $"{e.Members.Count} members, {e.Settings.Rounds} rounds, at least {e.Settings.MinPeers} a round, {e.Settings.MergeRule}"),
        Enrol e => e.Member.Node.Value,
        Revoke e => e.Member.Value,
        Restart e => string.Create(CultureInfo.InvariantCulture, $"at round {e.Round}"),
        Tombstone e => e.Reason,
        Ready e => string.Create(CultureInfo.InvariantCulture, $"round {e.Round}.{e.Opening}: update {Short(e.Update)}, weight {e.Weight}"),
        Merged e => string.Create(CultureInfo.InvariantCulture, $"round {e.Round}.{e.Opening} term {e.Term}: merge {Short(e.Merge)} of {e.Contributors.Length}, {e.LeftOut.Length} left out"),
        AuditedFull e => string.Create(CultureInfo.InvariantCulture, $"round {e.Round}.{e.Opening} term {e.Term}: merge {Short(e.Merge)}"),
        Receipt e => string.Create(CultureInfo.InvariantCulture, $"round {e.Round}.{e.Opening} term {e.Term}: merge {Short(e.Merge)}"),
        TermEntry e => string.Create(CultureInfo.InvariantCulture, $"round {e.Round}.{e.Opening} term {e.Term}"),
        RoundEntry e => string.Create(CultureInfo.InvariantCulture, $"round {e.Round}.{e.Opening}"),
        _ => "",
    };

    private static string Short(BlobId blob) => blob.ToString()[..12];

    private static void Write(LedgerLine line, bool isJson)
    {
        if (isJson)
            Console.Out.WriteLine(JsonSerializer.Serialize(line, CliJson.Default.LedgerLine));
        else
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{line.Height,6}  {line.Entry[..12]}  {line.Kind,-12} {NodeId.Parse(line.Author).Name,-10} {line.Detail}{(line.Refusal is null ? "" : $"  refused: {line.Refusal}")}"));
    }
}
