using System.Text.Json;
using System.Text.Json.Serialization;
using Starling.Api.Contracts;
using Starling.Api.Events;
using Starling.Api.Sessions;
using Starling.Api.Tasks;

namespace Starling.Api;

/// <summary>The JSON form of everything that the API says: camelCase, enums as camelCase words, absent values left out.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    AllowOutOfOrderMetadataProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = 16)]
[JsonSerializable(typeof(NodeStatus))]
[JsonSerializable(typeof(NodeHealth))]
[JsonSerializable(typeof(ContractDescription))]
[JsonSerializable(typeof(ContractPosition))]
[JsonSerializable(typeof(Page<ContractSummary>))]
[JsonSerializable(typeof(Page<MemberPerformance>))]
[JsonSerializable(typeof(EntryRequest))]
[JsonSerializable(typeof(EntryAnswer))]
[JsonSerializable(typeof(RunnerDescription))]
[JsonSerializable(typeof(Page<OperatorDescription>))]
[JsonSerializable(typeof(TaskDescription))]
[JsonSerializable(typeof(Page<TaskSummary>))]
[JsonSerializable(typeof(RunDescription))]
[JsonSerializable(typeof(Page<RunSummary>))]
[JsonSerializable(typeof(Page<NodeDescription>))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(SessionOpening))]
[JsonSerializable(typeof(SessionOpened))]
[JsonSerializable(typeof(SessionAssignment))]
[JsonSerializable(typeof(SessionMeasurement))]
[JsonSerializable(typeof(SessionFailure))]
[JsonSerializable(typeof(ApiEvent))]
public sealed partial class ApiJson : JsonSerializerContext;
