using System.Formats.Asn1;

namespace Starling.Core.Identity;

/// <summary>
/// Roles as words, and in a certificate: values of the attribute <c>role</c> (RFC 5755, section 4.4.5) in the extension for attributes of the subject (RFC 5280, section 4.2.1.8). It is not critical, so
/// that everybody else passes over it. An identifier of our own would have to be a UUID (X.667), and programs in Go, etcd among them, read no certificate with a number that large.
/// </summary>
public static class RoleExtension
{
    /// <summary>The object identifier of the extension <c>subjectDirectoryAttributes</c>.</summary>
    public const string Oid = "2.5.29.9";

    /// <summary>The object identifier of the attribute <c>role</c>.</summary>
    internal const string Attribute = "2.5.4.72";

    /// <summary>What the name of each of our roles begins with, which is a URI. Others' are not ours to read.</summary>
    internal const string Prefix = "starling:";

    private static readonly Asn1Tag RoleName = new(TagClass.ContextSpecific, 1), Uri = new(TagClass.ContextSpecific, 6);

    private static readonly Roles[] Each = [.. Enum.GetValues<Roles>().Where(role => role != Roles.None)];

    /// <summary>The words of all roles.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Each.Select(Word)];

    /// <summary>The roles in words, separated by commas; "no role" for none.</summary>
    public static string Text(Roles roles) => roles == Roles.None ? "no role" : string.Join(", ", Each.Where(role => roles.HasFlag(role)).Select(Word));

    /// <summary>Reads one word.</summary>
    public static bool TryParse(string word, out Roles role)
    {
        role = Array.Find(Each, each => Word(each) == word);
        return role != Roles.None;
    }

    /// <summary>The extension's value.</summary>
    public static byte[] Encode(Roles roles)
    {
        var value = new AsnWriter(AsnEncodingRules.DER);
        using (value.PushSequence())
        using (value.PushSequence())
        {
            value.WriteObjectIdentifier(Attribute);
            using (value.PushSetOf())
                foreach (var role in Each.Where(role => roles.HasFlag(role)))
                    using (value.PushSequence())
                    using (value.PushSequence(RoleName))
                        value.WriteCharacterString(UniversalTagNumber.IA5String, Prefix + Word(role), Uri);
        }

        return value.Encode();
    }

    /// <summary>
    /// Reads the extension's value. Other attributes and others' roles are passed over. A role of ours that is not known, or stands twice, spoils them all: who wrote it meant something that would be missing.
    /// </summary>
    /// <returns>The roles, or none if there are none, or this is not such a value.</returns>
    internal static Roles Decode(ReadOnlyMemory<byte> value)
    {
        try
        {
            var outer = new AsnReader(value, AsnEncodingRules.DER);
            var attributes = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            var roles = Roles.None;
            while (attributes.HasData)
            {
                var attribute = attributes.ReadSequence();
                var isRole = attribute.ReadObjectIdentifier() == Attribute;
                for (var values = attribute.ReadSetOf(); values.HasData;)
                    if (!isRole)
                        values.ReadEncodedValue();
                    else if (NameOf(values.ReadSequence()) is { } name && name.StartsWith(Prefix, StringComparison.Ordinal))
                    {
                        if (!TryParse(name[Prefix.Length..], out var role) || roles.HasFlag(role))
                            return Roles.None;
                        roles |= role;
                    }
                attribute.ThrowIfNotEmpty();
            }

            return roles;
        }
        catch (AsnContentException)
        {
            return Roles.None;
        }
    }

    // A role may name an authority before its name, and then it is not ours; neither is a name that is no URI.
    private static string? NameOf(AsnReader role)
    {
        if (!role.PeekTag().HasSameClassAndValue(RoleName))
            return null;
        var name = role.ReadSequence(RoleName);
        role.ThrowIfNotEmpty();
        if (!name.PeekTag().HasSameClassAndValue(Uri))
            return null;
        var uri = name.ReadCharacterString(UniversalTagNumber.IA5String, Uri);
        name.ThrowIfNotEmpty();
        return uri;
    }

    private static string Word(Roles role) => role.ToString().ToLowerInvariant();
}
