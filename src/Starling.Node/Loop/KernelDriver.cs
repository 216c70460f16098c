using System.Collections.Immutable;
using System.Security.Cryptography;
using Starling.Core.Kernel;

namespace Starling.Node.Loop;

/// <summary>Holds a node's state and steps its kernel.</summary>
public sealed class KernelDriver
{
    private volatile NodeState state;

    /// <summary>Begins with a node that has not started.</summary>
    public KernelDriver(NodeState state) => this.state = state;

    /// <summary>The node after its latest step. Immutable; may be read from any thread.</summary>
    public NodeState State => state;

    /// <summary>Takes one input in. For one thread.</summary>
    public ImmutableArray<Effect> Step(Input input, Instant now)
    {
        // Whoever sees what one step drew must not foresee the next one's: an audit's sample is secret until it is drawn.
        var result =
            NodeKernel.Step(state, input, now, SeededRandom.FromEntropy(RandomNumberGenerator.GetBytes(SeededRandom.EntropyBytes)));
        state = result.State;
        return result.Effects;
    }
}
