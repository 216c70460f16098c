using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using Starling.Core.Identity;

namespace Starling.Node.Transport;

/// <summary>Reads the SPIFFE ID of a certificate (X509-SVID specification, section 2; RFC 5280, section 4.2.1.6).</summary>
internal static class SpiffeCertificate
{
    private const string SubjectAlternativeName = "2.5.29.17";
    private static readonly Asn1Tag UniformResourceIdentifier = new(TagClass.ContextSpecific, 6);

    /// <summary>Reads the identity; false unless there is exactly one URI, and it is a node's SPIFFE ID.</summary>
    public static bool TryReadNode(X509Certificate2 certificate, out NodeId node)
    {
        node = default;
        string? only = null;
        try
        {
            foreach (var extension in certificate.Extensions)
                if (extension.Oid?.Value == SubjectAlternativeName && !TryReadOnly(extension.RawData, ref only))
                    return false;
        }
        catch (AsnContentException)
        {
            return false;
        }
        return NodeId.TryParse(only, out node);
    }

    private static bool TryReadOnly(byte[] extension, ref string? only)
    {
        var names = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        while (names.HasData)
        {
            if (names.PeekTag() != UniformResourceIdentifier)
            {
                names.ReadEncodedValue();
                continue;
            }
            if (only is not null)
                return false;
            only = names.ReadCharacterString(UniversalTagNumber.IA5String, UniformResourceIdentifier);
        }
        return true;
    }
}
