using System.Security.Cryptography;

namespace Starling.Core.Identity;

/// <summary>
/// An author's key, imported to verify the signatures of many entries by the rules of <see cref="EntrySignature"/>: importing takes about
/// as long as verifying. For one thread at a time.
/// </summary>
public sealed class EntryKey : IDisposable
{
    private readonly ECDsa verifier;

    private EntryKey(ECDsa verifier) => this.verifier = verifier;

    /// <summary>Imports a key, or gives null if it is no key on P-256 in its one DER form; nothing verifies under such a key.</summary>
    public static EntryKey? TryImport(PublicKey key) =>
        EllipticKey.TryRead(key.Bytes) is { IsP256: true } elliptic && elliptic.TryImport() is { } verifier ? new EntryKey(verifier) : null;

    /// <summary>Whether the signature over the bytes verifies. Never throws for what the arguments hold.</summary>
    public bool Verify(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature) =>
        signature.Length == LowS.SignatureBytes && LowS.IsLow(signature)
        && EllipticKey.Verify(verifier, bytes, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <inheritdoc/>
    public void Dispose() => verifier.Dispose();
}
