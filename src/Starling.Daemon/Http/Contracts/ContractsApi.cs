using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Starling.Api;
using Starling.Api.Contracts;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Training;
using Starling.Node.Loop;
using Starling.Node.Transport;

namespace Starling.Daemon.Http.Contracts;

/// <summary>
/// What there is of contracts: those on the ledger, a training contract, how its members do, and where the caller's next entry stands.
/// </summary>
/// <param name="kernel">What the node folded.</param>
/// <param name="reader">Gives contracts.</param>
/// <param name="contracts">The names that are on the ledger.</param>
/// <param name="pace">When the node heard of whom.</param>
internal sealed class ContractsApi(KernelDriver kernel, ContractReader reader, LedgerContracts contracts, Pace pace)
{
    private readonly ContractAnswers answers = new(reader);

    /// <summary>Adds the requests to the API, which lets callers in.</summary>
    public void Map(WebApplication application)
    {
        application.MapGet("/v1/contracts", ListAsync).For(NodeAction.Read);
        application.MapGet("/v1/contracts/{contract}", context => answers.AboutAsync<TrainingState>(
            context, state => NodeApi.WriteAsync(context, ContractView.Describe(state, kernel.State), ApiJson.Default.ContractDescription)))
            .For(NodeAction.Read);
        application.MapGet("/v1/contracts/{contract}/position", context => answers.AboutAsync<ContractState>(
            context, state => kernel.State.Find(state.Contract)?.SetAside is { } why
                ? Problem.ConflictAsync(context, why.Detail)
                : NodeApi.WriteAsync(context, ContractView.Position(state, Caller(context)), ApiJson.Default.ContractPosition)))
            .For(NodeAction.Read);
        application
            .MapGet("/v1/contracts/{contract}/perf",
                context => answers.AboutAsync<TrainingState>(context, state => MeasureAsync(context, state))).For(NodeAction.Read);
    }

    // Replays are made for the contracts of the page alone.
    private Task ListAsync(HttpContext context) => ContractAnswers.GuardAsync(context, async () =>
    {
        if (!PageRequest.TryRead(context, out var page, out var answered))
        {
            await answered.ConfigureAwait(false);
            return;
        }

        var names = page.Of(contracts.Names.Union(kernel.State.Followed), contract => contract.Value, contract => contract);
        var summaries = ImmutableArray.CreateBuilder<ContractSummary>();
        foreach (var contract in names.Items)
            if (await SummariseAsync(contract, context.RequestAborted).ConfigureAwait(false) is { } summary)
                summaries.Add(summary);
        await NodeApi
            .WriteAsync(context, new Page<ContractSummary>(summaries.ToImmutable(), names.Next), ApiJson.Default.PageContractSummary)
            .ConfigureAwait(false);
    });

    // One that is too long does not hide the others.
    private async Task<ContractSummary?> SummariseAsync(ContractId contract, CancellationToken cancellation)
    {
        try
        {
            return await reader.FindAsync(contract, cancellation).ConfigureAwait(false) is { } state
                ? ContractView.Summarise(state, reader.Follows(contract)) : null;
        }
        catch (TooLongToReplayException tooLong)
        {
            return tooLong.Known;
        }
    }

    // The fold keeps the latest rounds only, so that this is counted from the ledger.
    private async Task MeasureAsync(HttpContext context, TrainingState state)
    {
        var tallies = (await reader.ReplayAsync(state.Contract, context.RequestAborted).ConfigureAwait(false))?.Tallies
            ?? ImmutableSortedDictionary<NodeId, MemberTally>.Empty;
        await ContractAnswers.WritePageAsync(context, page => page.Of(
            state.Round?.View ?? [], member => member.Value,
            member => ContractView.Measure(state, member, tallies.GetValueOrDefault(member, MemberTally.None), Watched(state, member))),
            ApiJson.Default.PageMemberPerformance).ConfigureAwait(false);
    }

    private (DateTimeOffset? Seen, TimeSpan? Remaining) Watched(TrainingState state, NodeId member) =>
        pace.Of(state.Contract, known => (known.LastSeen(member), known.Remaining(state.Settings?.Rounds ?? 0, member)));

    private static NodeId Caller(HttpContext context) => context.Features.Get<IPeerIdentityFeature>()!.Node;
}
