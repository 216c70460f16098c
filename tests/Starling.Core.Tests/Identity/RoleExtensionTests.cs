using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using Starling.Core.Identity;

namespace Starling.Core.Tests.Identity;

public class RoleExtensionTests
{
    [Fact]
    public void Every_set_of_roles_is_written_and_read()
    {
        for (var roles = Roles.None; roles <= (Roles)31; roles++)
            Assert.Equal(roles, RoleExtension.Decode(RoleExtension.Encode(roles)));
        Assert.Equal(["learner", "operator", "ledger", "admin", "observer"], RoleExtension.Words);
        Assert.Equal(("learner, admin", "no role"), (RoleExtension.Text(Roles.Learner | Roles.Admin), RoleExtension.Text(Roles.None)));
    }

    [Theory]
    [InlineData("learner", "root")]
    [InlineData("learner", "learner")]
    [InlineData("Learner")]
    [InlineData("none")]
    [InlineData("")]
    public void A_word_that_is_not_known_or_stands_twice_spoils_them_all(params string[] words) =>
        Assert.Equal(Roles.None, RoleExtension.Decode(Value(words)));

    [Fact]
    public void What_is_no_list_of_words_gives_no_role_and_never_throws()
    {
        var right = RoleExtension.Encode(Roles.Learner | Roles.Admin);
        for (var i = 0; i < right.Length; i++)
        {
            Assert.Equal(Roles.None, RoleExtension.Decode(right.AsMemory(0, i)));
            var changed = (byte[])right.Clone();
            changed[i] ^= 0x40;
            Assert.NotEqual(Roles.Learner | Roles.Admin, RoleExtension.Decode(changed));
        }

        Assert.Equal(Roles.None, RoleExtension.Decode((byte[])[.. right, 0]));
    }

    /// <summary>
    /// Red if bad roles make a certificate unreadable: the fold, which knows no roles, would then judge old histories anew.
    /// </summary>
    [Fact]
    public void A_certificate_with_roles_that_cannot_be_read_still_names_its_node()
    {
        Assert.Equal(Roles.Operator,
            Read(new X509Extension(RoleExtension.Oid, RoleExtension.Encode(Roles.Operator), critical: false))!.Roles);
        var spoilt = Read(new X509Extension(RoleExtension.Oid, [5, 0], critical: false))!;
        Assert.Equal(("spiffe://one.test/lab/a", Roles.None), (spoilt.Node?.Value, spoilt.Roles));
        Assert.Equal(Roles.None, Read()!.Roles);
        Assert.Null(Read(new X509Extension(RoleExtension.Oid, RoleExtension.Encode(Roles.Operator), critical: true)));
    }

    private static CertificateDocument? Read(params X509Extension[] others)
    {
        using var node = new TestCertificates { Uris = ["spiffe://one.test/lab/a"], Others = others }.Make();
        return CertificateDocument.Read([.. node.RawData]);
    }

    private static byte[] Value(string[] words)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
            foreach (var word in words)
                writer.WriteCharacterString(UniversalTagNumber.UTF8String, word);
        return writer.Encode();
    }
}
