using System.Text.Json.Serialization;

namespace Starling.Ledgers.Etcd.Wire;

/// <summary>The JSON form of etcd's gateway. It writes 64-bit numbers as text.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString, MaxDepth = 16)]
[JsonSerializable(typeof(EtcdRange))]
[JsonSerializable(typeof(EtcdTransaction))]
[JsonSerializable(typeof(EtcdWatchRequest))]
[JsonSerializable(typeof(EtcdRangeAnswer))]
[JsonSerializable(typeof(EtcdTransactionAnswer))]
[JsonSerializable(typeof(EtcdWatchLine))]
[JsonSerializable(typeof(EtcdRefusal))]
[JsonSerializable(typeof(EtcdNothing))]
[JsonSerializable(typeof(EtcdMemberAdd))]
[JsonSerializable(typeof(EtcdMemberRemove))]
[JsonSerializable(typeof(EtcdMembersAnswer))]
internal sealed partial class EtcdJson : JsonSerializerContext;
