using System.Text.Json;
using System.Text.Json.Serialization;
using Starling.Api.Events;
using Starling.Api.Sessions;

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
[JsonSerializable(typeof(RestartRequest))]
[JsonSerializable(typeof(RestartAnswer))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(SessionOpening))]
[JsonSerializable(typeof(SessionOpened))]
[JsonSerializable(typeof(SessionAssignment))]
[JsonSerializable(typeof(SessionMeasurement))]
[JsonSerializable(typeof(SessionFailure))]
[JsonSerializable(typeof(ApiEvent))]
public sealed partial class ApiJson : JsonSerializerContext;
