namespace Starling.Api;

/// <summary>
/// Asks for a round's restart: <c>POST /v1/contracts/{id}/restart</c>. Without an entry it asks for the bytes that the admin must sign; with one, that they are appended to the ledger.
/// </summary>
/// <param name="Round">The round that is to open again.</param>
/// <param name="Entry">The bytes as <see cref="RestartAnswer"/> gave them; null to get them.</param>
/// <param name="Signature">The admin's signature over them (ECDSA P-256 with SHA-256, r and s of 32 bytes each); null to get the bytes.</param>
public sealed record RestartRequest(long Round, byte[]? Entry, byte[]? Signature);
