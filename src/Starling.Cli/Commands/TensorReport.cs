namespace Starling.Cli.Commands;

/// <summary>A tensor of <see cref="ModelReport"/>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">How it is stored, as <c>F32</c>.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Count">How many elements it has.</param>
/// <param name="NotFinite">How many of them are NaN or infinite; the rest leaves them out.</param>
/// <param name="Minimum">The least element.</param>
/// <param name="Maximum">The greatest element.</param>
/// <param name="Mean">The mean.</param>
/// <param name="Norm">The Euclidean norm.</param>
internal sealed record TensorReport(
    string Name, string Type, IReadOnlyList<long> Shape, long Count, long NotFinite, double Minimum, double Maximum, double Mean,
    double Norm);
