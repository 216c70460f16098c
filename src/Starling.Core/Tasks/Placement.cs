using Starling.Core.Identity;

namespace Starling.Core.Tasks;

/// <summary>Which operators carry a task out. The hierarchy is closed.</summary>
public abstract record Placement;

/// <summary>So many operators, whichever take part first.</summary>
public sealed record SomePeers(int Count) : Placement;

/// <summary>Every operator that there is at the assignment.</summary>
public sealed record AllPeers : Placement;

/// <summary>One operator. Named while its task goes on with others, it joins them, or tries again.</summary>
public sealed record OnePeer(NodeId Operator) : Placement;
