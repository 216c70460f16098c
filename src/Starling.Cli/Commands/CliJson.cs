using System.Text.Json;
using System.Text.Json.Serialization;

namespace Starling.Cli.Commands;

/// <summary>The JSON form of everything that commands print or keep: camelCase, absent values left out.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 16)]
[JsonSerializable(typeof(MergeReport))]
[JsonSerializable(typeof(ModelReport))]
internal sealed partial class CliJson : JsonSerializerContext;
