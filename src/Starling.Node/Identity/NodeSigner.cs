using System.Collections.Immutable;
using System.Security.Cryptography;
using Starling.Core.Identity;

namespace Starling.Node.Identity;

/// <summary>Signs with a node's key, so that <see cref="EntrySignature"/> verifies it. May be used by several threads.</summary>
public sealed class NodeSigner
{
    private readonly ECDsa key;
    private readonly Lock gate = new();

    internal NodeSigner(ECDsa key) => this.key = key;

    /// <summary>Signs bytes: 64 bytes, in their one valid form. The same bytes give another signature each time.</summary>
    public ImmutableArray<byte> Sign(ReadOnlySpan<byte> bytes)
    {
        var signature = new byte[LowS.SignatureBytes];
        lock (gate)
            key.SignData(bytes, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        LowS.Normalise(signature);
        return ImmutableArray.Create(signature);
    }
}
