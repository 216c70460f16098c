using Starling.Learning.Experiments;

namespace Starling.Cli.Runs;

/// <summary>What a run was set up with and needs to go on: <c>plan.json</c> in its folder, written once all the rest is in place.</summary>
/// <param name="Contract">The training contract.</param>
/// <param name="Founding">The id of its entry 0, in hexadecimal.</param>
/// <param name="Admin">The SPIFFE ID that the run itself uses towards its nodes.</param>
/// <param name="Created">When.</param>
/// <param name="Nodes">The nodes, in the experiment's order.</param>
/// <param name="Data">
/// The files of its rows as they were then; null if an earlier version set it up, which did not note them, and took a first line of numbers
/// for a row.
/// </param>
internal sealed record RunPlan(
    string Contract, string Founding, string Admin, DateTimeOffset Created, IReadOnlyList<PlannedNode> Nodes,
    IReadOnlyList<DataTrace>? Data = null);
