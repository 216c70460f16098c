using Starling.Core.Identity;

namespace Starling.Core.Training;

/// <summary>A frozen member whose update is not in the merge.</summary>
public readonly record struct LeftOut(NodeId Member, LeftOutReason Reason);
