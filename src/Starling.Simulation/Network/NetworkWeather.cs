namespace Starling.Simulation.Network;

/// <summary>What goes wrong with messages at present.</summary>
/// <param name="Loss">That a message must be sent again, 0 to 1.</param>
/// <param name="Duplication">That a hint comes twice, 0 to 1.</param>
/// <param name="Reordering">That a message takes a detour, 0 to 1.</param>
internal sealed record NetworkWeather(double Loss, double Duplication, double Reordering)
{
    public static NetworkWeather Calm { get; } = new(0, 0, 0);
}
