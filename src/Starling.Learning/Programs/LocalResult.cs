using Starling.Core.Models;

namespace Starling.Learning.Programs;

/// <summary>What a round of local training gave.</summary>
/// <param name="State">The trained model, which shares nothing with the one that training started from.</param>
/// <param name="Training">Loss and accuracy over the rows visited, each measured just before its batch's step.</param>
public sealed record LocalResult(ModelState State, Evaluation Training);
