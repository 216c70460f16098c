using System.Text.Json;
using System.Text.Json.Serialization;

namespace Starling.Programs;

/// <summary>How good a model is, as a program writes it to a file for who started it.</summary>
/// <param name="Loss">The mean loss a row; null if it is not finite.</param>
/// <param name="Accuracy">The share of rows whose class is predicted.</param>
/// <param name="Examples">How many rows were measured.</param>
internal sealed record ProgramScore(double? Loss, double? Accuracy, long Examples);

/// <summary>Its JSON form.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ProgramScore))]
internal sealed partial class ProgramJson : JsonSerializerContext;
