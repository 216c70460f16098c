using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Starling.Api;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Daemon.Http.Contracts;
using Starling.Node.Loop;
using Starling.Node.Options;

namespace Starling.Daemon.Http;

/// <summary>Which nodes this one knows, and whether it is alive and ready.</summary>
/// <param name="kernel">What the node folded.</param>
/// <param name="options">Where peers are reached.</param>
/// <param name="node">The daemon around the node.</param>
internal sealed class NodesApi(KernelDriver kernel, NodeOptions options, ServingNode node)
{
    /// <summary>Adds the requests to the API, which lets callers in.</summary>
    public void Map(WebApplication application)
    {
        application.MapGet("/v1/nodes", ListAsync).For(NodeAction.Read);
        application.MapGet("/v1/health/live", TellLivenessAsync).For(NodeAction.Read);
        application.MapGet("/v1/health/ready", TellReadinessAsync).For(NodeAction.Read);
    }

    private Task ListAsync(HttpContext context)
    {
        var state = kernel.State;
        var contracts = state.Followed.Select(contract => state.Find(contract)!.Folded).ToList();
        var known = contracts.SelectMany(Members).Concat(options.Peers.Select(peer => peer.Node)).Concat(state.PeersKept)
            .Append(state.Self.Id).ToImmutableSortedSet();
        return ContractAnswers.WritePageAsync(context,
            page => page.Of(known, member => member.Value, member => Describe(state, contracts, member)),
            ApiJson.Default.PageNodeDescription);
    }

    private NodeDescription Describe(NodeState state, List<ContractState> contracts, NodeId member) => new(
        member.Value, member.Organisation, member == state.Self.Id, member == state.Self.Id || state.PeersUp.Contains(member),
        [.. options.Peers.Where(peer => peer.Node == member).SelectMany(peer => peer.Addresses).Select(address => address.ToString())],
        [.. contracts.Where(contract => Members(contract).Contains(member) && Members(contract).Contains(state.Self.Id))
            .Select(contract => contract.Contract.Value)]);

    private Task TellLivenessAsync(HttpContext context) => NodeApi.WriteAsync(
        context, new NodeHealth(kernel.State.Self.Id.Value, !kernel.State.HasHalted && !node.IsStopping, Environment.ProcessId),
        ApiJson.Default.NodeHealth);

    private Task TellReadinessAsync(HttpContext context)
    {
        var state = kernel.State;
        return state.HasHalted || node.IsStopping ? Problem.NotReadyAsync(context, "The node stops.")
            : node.Draining is { } awaited ? Problem.NotReadyAsync(context, $"The node drains. {awaited}")
            : !state.HasStarted ? Problem.NotReadyAsync(context, "The node starts; ask again soon.")
            : node.Ledger.LongSentence is { } silent ? Problem.NotReadyAsync(context, silent)
            : state.Active.FirstOrDefault(contract => !state.Find(contract)!.Reading.HasCaughtUp) is { Value.Length: > 0 } unread
                ? Problem.NotReadyAsync(context, $"The node has not read all of {unread} yet; if that lasts, check its ledger.")
                : TellLivenessAsync(context);
    }

    private static IEnumerable<NodeId> Members(ContractState contract) =>
        contract.Authors.Where(author => author.Value.Standing is Standing.Member or Standing.Joining or Standing.Leaving)
            .Select(author => author.Key);
}
