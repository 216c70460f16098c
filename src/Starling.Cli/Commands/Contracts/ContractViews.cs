using System.CommandLine;
using System.Globalization;
using Starling.Api;
using Starling.Api.Contracts;
using Starling.Cli.Control;
using Starling.Cli.Terminal;

namespace Starling.Cli.Commands.Contracts;

/// <summary>Shows contracts.</summary>
internal static class ContractViews
{
    public static async Task ListAsync(ControlSession session, ParseResult parsed, CancellationToken cancellation)
    {
        var contracts = await ControlSession.AllAsync(after => session.Client.GetContractsAsync(after, cancellation)).ConfigureAwait(false);
        parsed.Print(contracts, CliJson.Default.IReadOnlyListContractSummary, output =>
        {
            var table = new TextTable("contract", "kind", "stage", ">entries", "followed", "founding");
            foreach (var contract in contracts)
                table.Add(contract.Contract, Word(contract.Kind), Word(contract.Stage), Quantity.Count(contract.Height),
                    contract.Followed ? "yes" : "no", contract.Founding[..12]);
            table.Write(output);
        });
    }

    public static async Task InfoAsync(ControlSession session, ParseResult parsed, string name, CancellationToken cancellation)
    {
        var contract = await session.Client.GetContractAsync(name, cancellation).ConfigureAwait(false);
        parsed.Print(contract, ApiJson.Default.ContractDescription, output =>
        {
            output.WriteLine($"{contract.Contract}: a training contract, {Word(contract.Stage)}, epoch {contract.Epoch}");
            output.WriteLine($"  founding   {contract.Founding}");
            output.WriteLine($"  height     {Quantity.Count(contract.Height)}, chain {contract.ChainHead}");
            if (contract.Settings is { } s)
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  settings   {s.Protocol}, {s.Rounds} rounds of {s.SyncInterval} batches, at least {s.MinPeers} members, {s.MergeRule}, audit {s.Audit}"));
            foreach (var admin in contract.Admins)
                output.WriteLine($"  admin      {admin}");
            foreach (var member in contract.Members.Except(contract.Expelled))
                output.WriteLine($"  member     {member}");
            foreach (var expelled in contract.Expelled)
                output.WriteLine($"  put out    {expelled}");
            foreach (var commit in contract.Commits)
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  round {commit.Round,-4} {commit.Merge[..12]} of {commit.Contributors.Count}{(commit.Named.Count == 0 ? "" : $", disputed by {string.Join(", ", commit.Named)}")}"));
        });
    }

    public static async Task StatusAsync(ControlSession session, ParseResult parsed, string name, CancellationToken cancellation)
    {
        var contract = await session.Client.GetContractAsync(name, cancellation).ConfigureAwait(false);
        parsed.Print(contract, ApiJson.Default.ContractDescription, output =>
        {
            var rounds = contract.Settings?.Rounds ?? 0;
            output.WriteLine(contract.Stage switch
            {
                ContractStage.Training =>
                    string.Create(CultureInfo.InvariantCulture,
                        $"{name} trains round {contract.Round} of {rounds}, opening {contract.Opening}, term {contract.Term}; leader {contract.Leader ?? "none"}"),
                ContractStage.Ended =>
                    string.Create(CultureInfo.InvariantCulture, $"{name} has ended after {contract.Round - 1} of {rounds} rounds"),
                ContractStage.Deleted => $"{name} was deleted",
                _ => $"{name} is not founded",
            });
            if (contract.Stage != ContractStage.Training)
                return;
            var awaited = contract.Members.Except(contract.Ready).Except(contract.Expelled).ToList();
            output.WriteLine($"ready {contract.Ready.Count} of {contract.Members.Count} members{(awaited.Count == 0 ? "" : $"; awaited: {string.Join(", ", awaited)}")}");
            if (contract.Unconnected.Count > 0)
                output.WriteLine($"not connected to this node: {string.Join(", ", contract.Unconnected)}");
        });
    }

    public static async Task PerformanceAsync(ControlSession session, ParseResult parsed, string name, CancellationToken cancellation)
    {
        var members =
            await ControlSession.AllAsync(after => session.Client.GetPerformanceAsync(name, after, cancellation)).ConfigureAwait(false);
        var status = await session.Client.GetStatusAsync(cancellation).ConfigureAwait(false);
        parsed.Print(members, CliJson.Default.IReadOnlyListMemberPerformance, output =>
        {
            var table = new TextTable("member", ">round", ">loss", ">accuracy", ">contributions", ">left", "", "last seen");
            foreach (var member in members)
                table.Add(member.Member, Quantity.Count(member.Round), Quantity.Number(member.Loss), Quantity.Percent(member.Accuracy),
                    Quantity.Count(member.Contributions),
                    Quantity.Time(member.RemainingSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null),
                    member.Leads ? "leads" : member.Done ? "done" : "",
                    member.LastSeen is { } at ? at.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : "-");
            table.Write(output);
            if (status.Contract == name && status.RemainingSeconds is { } left)
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"round {status.Round} of {status.Rounds}; left {Quantity.Time(TimeSpan.FromSeconds(left))}"));
        });
    }

    /// <summary>An enum's value as the API's word.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
