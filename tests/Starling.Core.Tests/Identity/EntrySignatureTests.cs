using System.Security.Cryptography;
using Starling.Core.Identity;

namespace Starling.Core.Tests.Identity;

public class EntrySignatureTests
{
    private static readonly byte[] Message = "one entry"u8.ToArray();

    [Fact]
    public void A_signature_verifies_in_its_low_form_alone()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = new PublicKey(key.ExportSubjectPublicKeyInfo());
        var high = 0;
        for (var i = 0; i < 40; i++)
        {
            var signature = key.SignData(Message, HashAlgorithmName.SHA256);
            var low = (byte[])signature.Clone();
            LowS.Normalise(low);
            Assert.True(EntrySignature.Verify(Message, name, low));
            if (low.AsSpan().SequenceEqual(signature))
                continue;
            high++;
            Assert.True(key.VerifyData(Message, signature, HashAlgorithmName.SHA256), "the high form is a signature, too");
            Assert.False(EntrySignature.Verify(Message, name, signature));
        }

        Assert.InRange(high, 5, 35);
    }

    [Fact]
    public void Any_changed_byte_of_message_key_or_signature_is_found()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var spki = key.ExportSubjectPublicKeyInfo();
        var signature = key.SignData(Message, HashAlgorithmName.SHA256);
        LowS.Normalise(signature);
        AllFlips(Message, m => EntrySignature.Verify(m, new PublicKey(spki), signature));
        AllFlips(spki, k => EntrySignature.Verify(Message, new PublicKey(k), signature));
        AllFlips(signature, s => EntrySignature.Verify(Message, new PublicKey(spki), s));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(65)]
    [InlineData(72)]
    public void A_signature_of_another_length_is_none(int length)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.False(EntrySignature.Verify(Message, new PublicKey(key.ExportSubjectPublicKeyInfo()), new byte[length]));
    }

    [Fact]
    public void Another_curve_a_compressed_point_and_zeros_are_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var signature = other.SignData(Message, HashAlgorithmName.SHA256);
        Assert.False(EntrySignature.Verify(Message, new PublicKey(other.ExportSubjectPublicKeyInfo()), signature));
        Assert.False(EntrySignature.Verify(Message, new PublicKey([]), new byte[64]));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var spki = key.ExportSubjectPublicKeyInfo();
        Assert.False(EntrySignature.Verify(Message, new PublicKey(spki), new byte[64]));
        Assert.False(EntrySignature.Verify(Message, new PublicKey(spki[..59]), new byte[64]));
    }

    [Fact]
    public void The_border_between_low_and_high_is_half_the_order()
    {
        var half = Convert.FromHexString("7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8");
        byte[] low = [.. new byte[32], .. half], high = [.. low];
        high[^1]++;
        Assert.True(LowS.IsLow(low));
        Assert.False(LowS.IsLow(high));
        LowS.Normalise(high);
        Assert.Equal(low, high);
        Assert.Throws<ArgumentException>(() => LowS.Normalise(Enumerable.Repeat((byte)0xff, 64).ToArray()));
        Assert.Throws<ArgumentException>(() => LowS.Normalise(new byte[63]));
    }

    private static void AllFlips(byte[] bytes, Func<byte[], bool> verify)
    {
        Assert.True(verify(bytes));
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = (byte[])bytes.Clone();
            changed[i] ^= 1;
            Assert.False(verify(changed), $"byte {i}");
        }
    }
}
