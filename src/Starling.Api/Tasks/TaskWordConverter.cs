using System.Text.Json;
using System.Text.Json.Serialization;

namespace Starling.Api.Tasks;

/// <summary>Writes a kind of task as its word, with a dash between its parts; numbers are refused.</summary>
public sealed class TaskWordConverter() : JsonStringEnumConverter<TaskWord>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false);
