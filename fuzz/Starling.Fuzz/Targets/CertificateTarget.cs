using System.Formats.Asn1;
using System.Runtime.InteropServices;
using Starling.Core.Identity;

namespace Starling.Fuzz.Targets;

/// <summary>An X.509 certificate out of an enrolment: <see cref="CertificateDocument"/>.</summary>
internal sealed class CertificateTarget : IFuzzTarget
{
    private static readonly RevocationList List =
        RevocationList.Read(ImmutableCollectionsMarshal.AsImmutableArray(RevocationListSeeds.List(0, 0, null)))!;

    public string Name => "certificate";

    public LengthForm Lengths => LengthForm.Der;

    public IReadOnlyList<string> Parsers { get; } =
        ["Starling.Core.Identity.CertificateDocument", "Starling.Core.Identity.CertificateExtensions",
            "Starling.Core.Identity.RoleExtension::Decode", "Starling.Core.Identity.EllipticKey::TryRead",
            "Starling.Core.Identity.EllipticKey::Read"];

    public IReadOnlyList<byte[]> Words { get; } =
    [
        .. CertificateSeeds.ExtensionNames.Select(CertificateSeeds.Identifier),
        .. CertificateSeeds.Algorithms.Select(CertificateSeeds.Identifier),
        [0x01, 0x01, 0xff], [0x01, 0x01, 0x00], [0x02, 0x01, 0x02], [0x02, 0x01, 0xff], [0x30, 0x00], [0x30, 0x80], [0x04, 0x00], [0xa0],
        [0xa3], [0x86, 0x00], [0x03, 0x02, 0x02, 0x04],
        [0x0c, 0x07], .. FuzzWords.Of("spiffe://a/b/c", "spiffe://a", "/", "learner", "admin"),
    ];

    public IEnumerable<byte[]> Seeds() => CertificateSeeds.All();

    public bool Parse(byte[] input)
    {
        var document = CertificateDocument.Read(ImmutableCollectionsMarshal.AsImmutableArray(input));
        if (document is null)
            return false;
        // What is only looked up later is part of the reading.
        _ = (document.Node, document.IsAuthority, document.PathLength, document.TrustDomain, document.HasUri, document.Roles,
            document.HostNames, List.SignedBy(document));
        return true;
    }

    public void Confirm(byte[] input)
    {
        var document = CertificateDocument.Read(ImmutableCollectionsMarshal.AsImmutableArray(input))!;
        if (document.Signed(document) && !IsWellFormed(input))
            throw new PropertyException("A certificate that verifies under its own key is no DER.");
        if (document.Node is { } node && (document.IsAuthority || NodeId.Parse(node.Value) != node))
            throw new PropertyException("A certificate names a node that it may not name.");
    }

    private static bool IsWellFormed(byte[] input) =>
        AsnDecoder.TryReadEncodedValue(input, AsnEncodingRules.DER, out _, out _, out _, out var consumed) && consumed == input.Length;
}
