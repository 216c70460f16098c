using System.Collections.Immutable;
using System.Security.Cryptography;
using Starling.Core.Kernel;

namespace Starling.Node.Loop;

/// <summary>Holds a node's state and steps its kernel.</summary>
public sealed class KernelDriver
{
    private readonly SeededRandom random = new(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))));
    private volatile NodeState state;

    /// <summary>Begins with a node that has not started.</summary>
    public KernelDriver(NodeState state) => this.state = state;

    /// <summary>The node after its latest step. Immutable; may be read from any thread.</summary>
    public NodeState State => state;

    /// <summary>Takes one input in. For one thread.</summary>
    public ImmutableArray<Effect> Step(Input input, Instant now)
    {
        var result = NodeKernel.Step(state, input, now, random);
        state = result.State;
        return result.Effects;
    }
}
