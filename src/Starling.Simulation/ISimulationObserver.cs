using Starling.Core.Kernel;

namespace Starling.Simulation;

/// <summary>Is told what happens in one seed while it does. It changes nothing: a seed is the same run with and without it.</summary>
public interface ISimulationObserver
{
    /// <summary>A node tells of something; where nodes follow two contracts, of the first of them.</summary>
    /// <param name="at">Virtual time.</param>
    /// <param name="node">The node's name.</param>
    /// <param name="told">What it tells.</param>
    void Told(TimeSpan at, string node, NodeEvent told);

    /// <summary>The world does something: it starts or kills a node, takes its disk, cuts the network.</summary>
    /// <param name="at">Virtual time.</param>
    /// <param name="who">The node's name, or <c>world</c>.</param>
    /// <param name="what">What, in a few words.</param>
    void Noted(TimeSpan at, string who, string what);
}
