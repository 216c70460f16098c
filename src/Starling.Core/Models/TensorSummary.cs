using System.Collections.Immutable;

namespace Starling.Core.Models;

/// <summary>What a person wants to know of a tensor without seeing its elements.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Type">How it is stored.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Count">The number of elements.</param>
/// <param name="NotFinite">How many are NaN or infinite; the other numbers leave them out.</param>
/// <param name="Minimum">The least element; 0 if there is none.</param>
/// <param name="Maximum">The greatest element; 0 if there is none.</param>
/// <param name="Mean">The mean; 0 if there is none.</param>
/// <param name="Norm">The Euclidean norm.</param>
public sealed record TensorSummary(
    string Name, ElementType Type, ImmutableArray<long> Shape, long Count, long NotFinite, double Minimum, double Maximum, double Mean,
    double Norm);
