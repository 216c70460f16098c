using System.Collections.Immutable;
using Starling.Api;
using Starling.Api.Contracts;
using Starling.Api.Events;
using Starling.Api.Tasks;

namespace Starling.Daemon.Http.Description;

/// <summary>Every request of the API. A test compares it with those that are answered.</summary>
internal static class ApiCatalogue
{
    /// <summary>Where the description is answered.</summary>
    public const string Path = "/v1/openapi.json";

    private static readonly ImmutableArray<(string, Type)> Paged = [("after", typeof(string)), ("limit", typeof(int))];

    public static ImmutableArray<ApiRoute> Routes { get; } =
    [
        new("GET", "/v1/status", "What the node is doing.", typeof(NodeStatus)),
        new("GET", "/v1/health", "Whether the node works.", typeof(NodeHealth)),
        new("GET", "/v1/health/live", "Whether the node's process lives.", typeof(NodeHealth)),
        new("GET", "/v1/health/ready", "Whether the node has read all its contracts, its ledger answers, and it neither drains nor stops.",
            typeof(NodeHealth)) { Errors = [503] },
        new("GET", "/v1/nodes", "The nodes that this one knows, itself among them.",
            typeof(Page<NodeDescription>)) { Query = Paged, Errors = [400] },
        new("GET", "/v1/events", "The node's events as they happen, and those that it still keeps, from behind a cursor on.",
            typeof(ApiEvent))
        {
            Form = "text/event-stream", Query = [("after", typeof(long))], Errors = [400],
        },
        new("GET", "/v1/contracts", "The contracts on the ledger.", typeof(Page<ContractSummary>)) { Query = Paged, Errors = [400, 503] },
        new("POST", "/v1/contracts", "Founds a contract by its entry 0, which the caller signed.",
            typeof(EntryAnswer)) { Body = typeof(EntryRequest), Errors = [400, 409, 503] },
        new("GET", "/v1/contracts/{contract}", "A training contract.", typeof(ContractDescription)) { Errors = [404, 409, 503] },
        new("GET", "/v1/contracts/{contract}/position", "What the caller's next entry must say of where it stands.",
            typeof(ContractPosition)) { Errors = [404, 409, 503] },
        new("GET", "/v1/contracts/{contract}/perf", "How the members of a training contract do.",
            typeof(Page<MemberPerformance>)) { Query = Paged, Errors = [400, 404, 409, 503] },
        new("POST", "/v1/contracts/{contract}/entries", "Appends an entry that the caller signed, and says what became of it.",
            typeof(EntryAnswer))
        {
            Body = typeof(EntryRequest), Errors = [400, 404, 409, 503],
        },
        new("GET", "/v1/models/{contract}/latest",
            "The last committed merge, or the node's own model where none is committed: safetensors. Ranges work.", typeof(byte[]))
        {
            Form = "application/octet-stream", Errors = [404],
        },
        new("GET", "/v1/runners/{contract}", "A task runner.", typeof(RunnerDescription)) { Errors = [404, 409, 503] },
        new("GET", "/v1/runners/{contract}/operators", "A task runner's operators.",
            typeof(Page<OperatorDescription>)) { Query = Paged, Errors = [400, 404, 409, 503] },
        new("GET", "/v1/runners/{contract}/tasks", "A task runner's tasks.",
            typeof(Page<TaskSummary>)) { Query = Paged, Errors = [400, 404, 409, 503] },
        new("GET", "/v1/runners/{contract}/tasks/{task}", "A task with its body.", typeof(TaskDescription)) { Errors = [404, 409, 503] },
        new("GET", "/v1/runners/{contract}/runs", "The latest runs of a task runner.",
            typeof(Page<RunSummary>)) { Query = Paged, Errors = [400, 404, 409, 503] },
        new("GET", "/v1/runners/{contract}/runs/{run}", "A run with what its operators say.",
            typeof(RunDescription)) { Query = Paged, Errors = [400, 404, 409, 503] },
        new("GET", "/v1/runners/{contract}/runs/{run}/output/{stream}",
            "What a run's program wrote on this node to stdout or stderr, all that is kept. Also for the task runner's admins of other organisations.", typeof(byte[]))
        {
            Form = "application/octet-stream", Errors = [404],
        },
        new("GET", "/v1/content/{content}",
            "Content that tasks left on the node: a tar archive. Also for operators of other organisations that work for the same task runner.", typeof(byte[]))
        {
            Form = "application/x-tar", Errors = [404],
        },
        new("POST", "/v1/drain", "The node finishes what it has in hand, and then stops.", null) { Status = 202 },
        new("POST", "/v1/stop", "The node stops in order.", null) { Status = 202 },
    ];
}
