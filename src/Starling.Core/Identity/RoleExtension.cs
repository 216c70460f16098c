using System.Formats.Asn1;

namespace Starling.Core.Identity;

/// <summary>
/// Roles as words, and as an extension of a certificate: a DER <c>SEQUENCE OF UTF8String</c> under an identifier of our own (RFC 5280,
/// section 4.2; X.667 for identifiers under 2.25). It is not critical, so that everybody else passes over it; its last number has 31 bits,
/// since readers written in Go, such as etcd's, refuse a certificate with a longer one.
/// </summary>
public static class RoleExtension
{
    /// <summary>The extension's object identifier.</summary>
    public const string Oid = "2.25.1403796321";

    private static readonly Roles[] Each = [.. Enum.GetValues<Roles>().Where(role => role != Roles.None)];

    /// <summary>The words of all roles.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Each.Select(Word)];

    /// <summary>The roles in words, separated by commas; "no role" for none.</summary>
    public static string Text(Roles roles) =>
        roles == Roles.None ? "no role" : string.Join(", ", Each.Where(role => roles.HasFlag(role)).Select(Word));

    /// <summary>Reads one word.</summary>
    public static bool TryParse(string word, out Roles role)
    {
        role = Array.Find(Each, each => Word(each) == word);
        return role != Roles.None;
    }

    /// <summary>The extension's value.</summary>
    public static byte[] Encode(Roles roles)
    {
        var words = new AsnWriter(AsnEncodingRules.DER);
        using (words.PushSequence())
            foreach (var role in Each.Where(role => roles.HasFlag(role)))
                words.WriteCharacterString(UniversalTagNumber.UTF8String, Word(role));
        return words.Encode();
    }

    /// <summary>
    /// Reads the extension's value. A word that is not known, or stands twice, spoils them all: who wrote it meant
    /// something that would be missing.
    /// </summary>
    /// <returns>The roles, or none if this is not such a value.</returns>
    internal static Roles Decode(ReadOnlyMemory<byte> value)
    {
        try
        {
            var outer = new AsnReader(value, AsnEncodingRules.DER);
            var words = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            var roles = Roles.None;
            while (words.HasData)
            {
                if (!TryParse(words.ReadCharacterString(UniversalTagNumber.UTF8String), out var role) || roles.HasFlag(role))
                    return Roles.None;
                roles |= role;
            }

            return roles;
        }
        catch (AsnContentException)
        {
            return Roles.None;
        }
    }

    private static string Word(Roles role) => role.ToString().ToLowerInvariant();
}
