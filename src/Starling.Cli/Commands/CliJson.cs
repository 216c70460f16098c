using System.Text.Json;
using System.Text.Json.Serialization;
using Starling.Cli.LedgerMembers;
using Starling.Cli.Runs;

namespace Starling.Cli.Commands;

/// <summary>The JSON form of everything that commands print or keep: camelCase, absent values left out.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 16)]
[JsonSerializable(typeof(RunPlan))]
[JsonSerializable(typeof(RunSummary))]
[JsonSerializable(typeof(BaselineResults))]
[JsonSerializable(typeof(SimReport))]
[JsonSerializable(typeof(ExploreReport))]
[JsonSerializable(typeof(LedgerLine))]
[JsonSerializable(typeof(LedgerReport))]
[JsonSerializable(typeof(RunLine[]))]
[JsonSerializable(typeof(ScoreReport))]
[JsonSerializable(typeof(MergeReport))]
[JsonSerializable(typeof(ModelReport))]
[JsonSerializable(typeof(ContractRestartReport))]
[JsonSerializable(typeof(MemberNews))]
internal sealed partial class CliJson : JsonSerializerContext;
