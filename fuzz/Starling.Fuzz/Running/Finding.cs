namespace Starling.Fuzz.Running;

/// <summary>An input that shows a defect.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Signature">Tells one defect from another: for a crash the exception and the place.</param>
/// <param name="Detail">The whole story, for people.</param>
internal sealed record Finding(FindingKind Kind, string Signature, string Detail);
