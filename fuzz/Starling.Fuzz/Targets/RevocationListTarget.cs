using System.Runtime.InteropServices;
using Starling.Core.Identity;

namespace Starling.Fuzz.Targets;

/// <summary>An authority's list of revoked certificates: <see cref="RevocationList"/>.</summary>
internal sealed class RevocationListTarget : IFuzzTarget
{
    public string Name => "revocation-list";

    /// <summary>An entry of twenty bytes becomes a text and a node of a sorted tree.</summary>
    public double MostAllocatedPerByte => 16;

    /// <summary>What <see cref="RevocationList.MaxEntries"/> come to.</summary>
    public long MostAllocated => 4 << 20;

    public LengthForm Lengths => LengthForm.Der;

    public IReadOnlyList<string> Parsers { get; } = ["Starling.Core.Identity.RevocationList",
        "Starling.Core.Identity.CertificateDocument::ReadHash", "Starling.Core.Identity.CertificateDocument::ReadSerial"];

    public IReadOnlyList<byte[]> Words { get; } =
    [
        .. CertificateSeeds.Algorithms.Select(CertificateSeeds.Identifier), CertificateSeeds.Identifier("2.5.29.20"),
        [0x01, 0x01, 0xff], [0x01, 0x01, 0x00], [0x02, 0x01, 0x01], [0x02, 0x01, 0xff], [0x30, 0x00], [0x30, 0x80], [0x04, 0x00], [0xa0],
        [0x17, 0x0d], [0x18, 0x0f], .. FuzzWords.Of("260102030405Z", "20660102030405Z"),
    ];

    public IEnumerable<byte[]> Seeds() => RevocationListSeeds.All();

    public bool Parse(byte[] input)
    {
        var list = RevocationList.Read(ImmutableCollectionsMarshal.AsImmutableArray(input));
        if (list is null)
            return false;
        foreach (var certificate in CertificateSeeds.Documents)
            _ = (list.SignedBy(certificate), list.Since(certificate));
        return true;
    }

    public void Confirm(byte[] input)
    {
        var list = RevocationList.Read(ImmutableCollectionsMarshal.AsImmutableArray(input))!;
        if (list.Count > RevocationList.MaxEntries || CertificateSeeds.Documents.Any(list.SignedBy))
            throw new PropertyException("A list names more than it may, or is signed by nobody's key.");
    }
}
