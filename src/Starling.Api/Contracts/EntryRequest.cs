namespace Starling.Api.Contracts;

/// <summary>
/// An entry for the ledger: the body of <c>POST /v1/contracts</c>, which founds a contract, and of <c>POST /v1/contracts/{id}/entries</c>.
/// </summary>
/// <param name="Entry">The signed entry as a ledger stores it, in Base64.</param>
public sealed record EntryRequest(byte[] Entry);
