using System.Collections;
using System.Formats.Asn1;

namespace Starling.Core.Identity;

/// <summary>What Starling reads of a certificate's extensions (RFC 5280, section 4.2; SPIFFE X.509-SVID).</summary>
internal sealed class CertificateExtensions
{
    private const int MaxExtensions = 32;
    private const int MaxNames = 64;
    private BitArray? usage;

    public CertificateExtensions(AsnReader list)
    {
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        while (list.HasData)
        {
            var extension = list.ReadSequence();
            var name = extension.ReadObjectIdentifier();
            var critical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
            var value = new AsnReader(extension.ReadOctetString(), AsnEncodingRules.DER);
            extension.ThrowIfNotEmpty();
            if (!seen.Add(name) || seen.Count > MaxExtensions)
                throw new AsnContentException("An extension stands twice, or there are too many.");
            if (!Take(name, value))
            {
                // Constraints on names would have to be honoured, so they are refused even where they are not critical.
                if (critical || name == "2.5.29.30")
                    throw new AsnContentException($"The extension {name} is not understood.");
                continue;
            }

            value.ThrowIfNotEmpty();
        }
    }

    public bool IsAuthority { get; private set; }

    public int? PathLength { get; private set; }

    public int UriCount { get; private set; }

    /// <summary>The only URI, or null if there is none or more than one.</summary>
    public string? Uri { get => UriCount == 1 ? field : null; private set; }

    public string? TrustDomain => Uri is { } uri && NodeId.TryParse(uri + "/x/y", out var probe) ? probe.TrustDomain : null;

    public bool MaySign => usage is null || Has(0);

    public bool MayCertify => usage is null || Has(5);

    private bool Has(int bit) => usage is not null && usage.Length > bit && usage[bit];

    private bool Take(string name, AsnReader value)
    {
        switch (name)
        {
            case "2.5.29.19":
                var constraints = value.ReadSequence();
                if (constraints.HasData && constraints.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean))
                    IsAuthority = constraints.ReadBoolean();
                if (constraints.HasData)
                    PathLength = constraints.TryReadInt32(out var length) && length >= 0 ? length : throw new AsnContentException("A path length is out of range.");
                constraints.ThrowIfNotEmpty();
                return true;
            case "2.5.29.15":
                usage = value.ReadNamedBitList();
                return true;
            case "2.5.29.17":
                TakeNames(value.ReadSequence());
                return true;
            case "2.5.29.37":
                value.ReadSequence(); // extended usage: TLS asks for it, a ledger does not
                return true;
            default:
                return false;
        }
    }

    private void TakeNames(AsnReader names)
    {
        var uri = new Asn1Tag(TagClass.ContextSpecific, 6);
        for (var count = 0; names.HasData; count++)
        {
            if (count == MaxNames)
                throw new AsnContentException("There are too many names.");
            if (!names.PeekTag().HasSameClassAndValue(uri))
            {
                names.ReadEncodedValue();
                continue;
            }

            Uri = names.ReadCharacterString(UniversalTagNumber.IA5String, uri);
            UriCount++;
        }
    }
}
