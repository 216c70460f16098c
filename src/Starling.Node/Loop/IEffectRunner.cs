using Starling.Core.Kernel;

namespace Starling.Node.Loop;

/// <summary>Carries out what a kernel asks for.</summary>
public interface IEffectRunner
{
    /// <summary>Begins one effect and returns at once. Called by the loop alone, in the order in which the kernel asked.</summary>
    void Begin(Effect effect);

    /// <summary>Begins no more; lets saves finish and the mirror be written, within a limit.</summary>
    Task StopAsync(TimeSpan limit);
}
