using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Core.Contracts;

/// <summary>Who takes part, and the certificates that vouch for its key.</summary>
/// <param name="Node">The node.</param>
/// <param name="LeaderEligible">Whether it may lead.</param>
/// <param name="Chain">DER certificates, the node's own first.</param>
public sealed record Enrolment(NodeId Node, bool LeaderEligible, ImmutableArray<ImmutableArray<byte>> Chain);
