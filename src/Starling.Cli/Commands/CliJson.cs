using System.Text.Json;
using System.Text.Json.Serialization;
using Starling.Api;
using Starling.Api.Checks;
using Starling.Api.Contracts;
using Starling.Api.Tasks;
using Starling.Cli.Checking;
using Starling.Cli.Commands.Consortia;
using Starling.Cli.Commands.Contracts;
using Starling.Cli.Commands.Nodes;
using Starling.Cli.Commands.Runners;
using Starling.Cli.Commands.Tasks;
using Starling.Cli.Control.Contexts;
using Starling.Cli.LedgerMembers;
using Starling.Cli.Runs;
using Starling.Cli.Scaffolding;
using RunSummary = Starling.Cli.Runs.RunSummary;

namespace Starling.Cli.Commands;

/// <summary>The JSON form of everything that commands print or keep: camelCase, absent values left out.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 16)]
[JsonSerializable(typeof(RunPlan))]
[JsonSerializable(typeof(RunSummary))]
[JsonSerializable(typeof(BaselineResults))]
[JsonSerializable(typeof(Score))]
[JsonSerializable(typeof(SimReport))]
[JsonSerializable(typeof(ExploreReport))]
[JsonSerializable(typeof(LedgerLine))]
[JsonSerializable(typeof(LedgerReport))]
[JsonSerializable(typeof(RunLine[]))]
[JsonSerializable(typeof(CheckReport))]
[JsonSerializable(typeof(NewReport))]
[JsonSerializable(typeof(ColumnsFile))]
[JsonSerializable(typeof(ScoreReport))]
[JsonSerializable(typeof(MergeReport))]
[JsonSerializable(typeof(ModelReport))]
[JsonSerializable(typeof(ContractChangeReport))]
[JsonSerializable(typeof(ContractEnrolReport))]
[JsonSerializable(typeof(ContractExpelReport))]
[JsonSerializable(typeof(ContractRestartReport))]
[JsonSerializable(typeof(MemberNews))]
[JsonSerializable(typeof(MemberListing[]))]
[JsonSerializable(typeof(MemberChange))]
[JsonSerializable(typeof(NodeReport))]
[JsonSerializable(typeof(NodeEndReport))]
[JsonSerializable(typeof(PredictionLine))]
[JsonSerializable(typeof(RemovalReport))]
[JsonSerializable(typeof(FileReport))]
[JsonSerializable(typeof(AuthorityReport))]
[JsonSerializable(typeof(CertificateReport))]
[JsonSerializable(typeof(ConsortiumReport))]
[JsonSerializable(typeof(SetUpReport))]
[JsonSerializable(typeof(CheckResult[]))]
[JsonSerializable(typeof(ModelDownloadReport))]
[JsonSerializable(typeof(FoundingReport))]
[JsonSerializable(typeof(TaskReport))]
[JsonSerializable(typeof(WaitForReport))]
[JsonSerializable(typeof(ContextBook))]
[JsonSerializable(typeof(ControlContext))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(IReadOnlyList<ContractSummary>))]
[JsonSerializable(typeof(IReadOnlyList<MemberPerformance>))]
[JsonSerializable(typeof(IReadOnlyList<OperatorDescription>))]
[JsonSerializable(typeof(IReadOnlyList<OperatorWork>))]
[JsonSerializable(typeof(IReadOnlyList<TaskSummary>))]
[JsonSerializable(typeof(IReadOnlyList<NodeDescription>))]
internal sealed partial class CliJson : JsonSerializerContext;
