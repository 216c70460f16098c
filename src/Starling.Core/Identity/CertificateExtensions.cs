using System.Collections;
using System.Collections.Immutable;
using System.Formats.Asn1;

namespace Starling.Core.Identity;

/// <summary>What Starling reads of a certificate's extensions (RFC 5280, section 4.2; SPIFFE X.509-SVID).</summary>
internal sealed class CertificateExtensions
{
    private const int MaxExtensions = 32;
    private const int MaxNames = 64;
    private static readonly Asn1Tag HostName = new(TagClass.ContextSpecific, 2);
    private readonly List<ReadOnlyMemory<byte>> hostNames = [];
    private BitArray? usage;

    public CertificateExtensions(AsnReader list)
    {
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        while (list.HasData)
        {
            var extension = list.ReadSequence();
            var name = extension.ReadObjectIdentifier();
            var critical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
            var content = extension.ReadOctetString();
            extension.ThrowIfNotEmpty();
            if (!seen.Add(name) || seen.Count > MaxExtensions)
                throw new AsnContentException("An extension stands twice, or there are too many.");
            if (name == RoleExtension.Oid && !critical)
            {
                // The ledger's fold knows no roles: whatever stands here, the certificate is read as before there were any.
                Roles = RoleExtension.Decode(content);
                continue;
            }

            var value = new AsnReader(content, AsnEncodingRules.DER);
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

    /// <summary>The roles that the certificate gives, none if it gives none that can be read.</summary>
    public Roles Roles { get; private set; }

    public int UriCount { get; private set; }

    /// <summary>The only URI, or null if there is none or more than one.</summary>
    public string? Uri { get => UriCount == 1 ? field : null; private set; }

    public string? TrustDomain => Uri is { } uri && NodeId.TryParse(uri + "/x/y", out var probe) ? probe.TrustDomain : null;

    public bool MaySign => usage is null || Has(0);

    public bool MaySignLists => usage is null || Has(6);

    /// <summary>The host names, without those that are malformed: a certificate with such a one is read all the same.</summary>
    public ImmutableArray<string> HostNames => [.. hostNames.Select(ReadHostName).OfType<string>()];

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
                    PathLength = constraints.TryReadInt32(out var length) && length >= 0
                        ? length
                        : throw new AsnContentException("A path length is out of range.");
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

    private static string? ReadHostName(ReadOnlyMemory<byte> name)
    {
        try
        {
            return new AsnReader(name, AsnEncodingRules.DER).ReadCharacterString(UniversalTagNumber.IA5String, HostName);
        }
        catch (AsnContentException)
        {
            return null;
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
                var host = names.PeekTag().HasSameClassAndValue(HostName);
                var name = names.ReadEncodedValue();
                if (host)
                    hostNames.Add(name);
                continue;
            }

            Uri = names.ReadCharacterString(UniversalTagNumber.IA5String, uri);
            UriCount++;
        }
    }
}
