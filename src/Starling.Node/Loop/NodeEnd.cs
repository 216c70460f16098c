using Starling.Core.Kernel;

namespace Starling.Node.Loop;

/// <summary>How a node's loop ended. The hierarchy is closed.</summary>
public abstract record NodeEnd;

/// <summary>It was asked to.</summary>
public sealed record NodeStopped : NodeEnd;

/// <summary>The kernel stopped it, since going on could break a promise.</summary>
public sealed record NodeHalted(HaltReason Reason, string Detail) : NodeEnd;

/// <summary>The kernel or the edge broke: an invariant does not hold.</summary>
public sealed record NodeBroke(Exception Fault) : NodeEnd;
