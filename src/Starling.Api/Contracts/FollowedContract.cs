namespace Starling.Api.Contracts;

/// <summary>Where a node stands in a contract that it follows.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Height">How many of its entries the node has folded.</param>
/// <param name="ChainHead">The chain hash over those, in hexadecimal.</param>
/// <param name="Incarnation">Which incarnation of the node takes part: 1, and one more each time that it lost its disk and joined again; 0
/// if it is no author.</param>
public sealed record FollowedContract(string Contract, ContractKind Kind, long Height, string ChainHead, long Incarnation)
{
    /// <summary>
    /// The chain of hashes over those as they are stored, with their keys and signatures, in hexadecimal; null of a node of an older build.
    /// </summary>
    public string? StoredHead { get; init; }

    /// <summary>Why the node takes no part in it any more, and what to do; null while it does.</summary>
    public string? SetAside { get; init; }
}
