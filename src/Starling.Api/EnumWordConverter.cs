using System.Text.Json;
using System.Text.Json.Serialization;

namespace Starling.Api;

/// <summary>Writes an enum's value as a camelCase word; numbers are refused.</summary>
public sealed class EnumWordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
