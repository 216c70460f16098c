using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation;

/// <summary>How the members of a training contract come to one model. Stateless: what it needs lies in the participant.</summary>
internal interface ISyncProtocol
{
    /// <summary>The name that a contract's settings give.</summary>
    string Name { get; }

    /// <summary>
    /// Whether members agree on the ledger, round by round. If not, the fold refuses the entries of a round, and members and settings
    /// change at once: there is no quorum that they could move.
    /// </summary>
    bool UsesRounds { get; }

    /// <summary>The numbers that it can be given.</summary>
    ImmutableArray<ProtocolParameter> Parameters { get; }

    /// <summary>What is wrong with values that each lie in their range; null if nothing is.</summary>
    /// <param name="values">A value for each of <see cref="Parameters"/>, in their order.</param>
    /// <param name="members">How many members there are.</param>
    ProtocolFault? Check(ImmutableArray<double> values, int members);

    /// <summary>
    /// What is wrong with values for a merge rule, if no merge ever has as many models as the rule takes; null if some can. Of a protocol
    /// with rounds nothing: there <c>minPeers</c> says how many models a merge has.
    /// </summary>
    /// <param name="values">A value for each of <see cref="Parameters"/>, in their order.</param>
    /// <param name="members">How many members there are.</param>
    /// <param name="least">The fewest models that the rule takes.</param>
    ProtocolFault? CheckMerge(ImmutableArray<double> values, int members, int least);

    /// <summary>Whether an update is what this node's program was to train, so that it is kept.</summary>
    bool Wants(Participant participant, UpdateReady ready);

    /// <summary>Does what is due in a contract, after every input.</summary>
    void Advance(NodeStep step, ContractId contract);

    /// <summary>What the contract needs of the node's blobs.</summary>
    CustodyPlan Plan(NodeState node, Participant participant);

    /// <summary>Takes in a member's message. Anyone can send anything: it is a hint, and ignored if it is malformed.</summary>
    void Receive(NodeStep step, ContractId contract, NodeId peer, ImmutableArray<byte> payload);

    /// <summary>
    /// Hears of a peer, <see cref="PeerUp"/>, <see cref="PeerDown"/> or <see cref="BlobServed"/>, or whether the ledger answers:
    /// <see cref="LedgerRead"/> or <see cref="LedgerReadFailed"/>.
    /// </summary>
    void Hear(NodeStep step, ContractId contract, Input news);

    /// <summary>Hears what came of a request for a blob of the contract: its completion, or <see cref="ChunkProgressed"/>.</summary>
    void Fetched(NodeStep step, ContractId contract, BlobRequest request, Input news);

    /// <summary>Takes in the completion of what it asked for itself.</summary>
    void Completed(NodeStep step, AwaitedByProtocol awaited, Completion completion);

    /// <summary>Takes up its journal record; null if that is worth nothing any more.</summary>
    IProtocolState? Restore(NodeState node, ReadOnlySpan<byte> record);

    /// <summary>
    /// The update that a message says its sender holds and serves; none if it says no such thing. For whoever checks that
    /// nothing announced is lost.
    /// </summary>
    BlobId Announced(ImmutableArray<byte> payload);
}
