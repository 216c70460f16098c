namespace Starling.Api.Sessions;

/// <summary>The node agrees to a session.</summary>
/// <param name="Node">The node's SPIFFE ID.</param>
/// <param name="Contract">The training contract.</param>
/// <param name="Member">The node's place among the contract's members, from 0.</param>
/// <param name="Members">How many members there are.</param>
/// <param name="MaxModelBytes">The largest update that the contract takes.</param>
/// <param name="Terms">What else it fixes.</param>
public sealed record SessionOpened(string Node, string Contract, int Member, int Members, long MaxModelBytes, SessionTerms Terms);
