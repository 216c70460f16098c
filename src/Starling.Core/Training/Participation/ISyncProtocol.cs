using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation;

/// <summary>How the members of a training contract come to one model. Stateless: what it needs lies in the participant.</summary>
internal interface ISyncProtocol
{
    /// <summary>The name that a contract's settings give.</summary>
    string Name { get; }

    /// <summary>Does what is due in a contract, after every input.</summary>
    void Advance(NodeStep step, ContractId contract);

    /// <summary>What the contract needs of the node's blobs.</summary>
    CustodyPlan Plan(NodeState node, Participant participant);
}
