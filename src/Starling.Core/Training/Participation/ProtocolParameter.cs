namespace Starling.Core.Training.Participation;

/// <summary>A number that a sync protocol can be given.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Default">Its value when none is given.</param>
/// <param name="Least">The least value.</param>
/// <param name="Most">The greatest value.</param>
/// <param name="IsWhole">Whether it has to be a whole number.</param>
public sealed record ProtocolParameter(string Name, double Default, double Least, double Most, bool IsWhole)
{
    /// <summary>Whether a value lies in the range.</summary>
    public bool Allows(double value) => value >= Least && value <= Most && (!IsWhole || value == Math.Floor(value));
}
