namespace Starling.Core.Ledger;

/// <summary>An entry that was read from a ledger, with the verdict on its signature.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="SignatureValid">Whether the signature over the body's bytes verifies under the entry's own key, in
/// its only valid form.</param>
public sealed record VerifiedEntry(SignedEntry Entry, bool SignatureValid);
