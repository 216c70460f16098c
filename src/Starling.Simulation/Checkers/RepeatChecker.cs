using System.Text;
using Starling.Core.Kernel;
using Starling.Simulation.Nodes;
using Starling.Simulation.Tracing;

namespace Starling.Simulation.Checkers;

/// <summary>A kernel's step is a function: taken again from the same state it asks for the same.</summary>
internal sealed class RepeatChecker(IObservedWorld world) : Checker(world)
{
    public override void Repeated(IObservedNode node, StepResult first, StepResult second)
    {
        if (Describe(first) != Describe(second))
            World.Report("steps are deterministic", $"{node.Name} asks for something else when a step is taken again",
                $"{Describe(first)}\n-- again --\n{Describe(second)}");
    }

    private static string Describe(StepResult result)
    {
        var text = new StringBuilder();
        foreach (var effect in result.Effects)
        {
            EffectText.Write(text, effect);
            text.Append('\n');
        }

        return text.Append(result.State.NextOperation).ToString();
    }
}
