using System.Formats.Asn1;
using System.Text;
using Starling.Core.Canonical;
using Starling.Core.Models;
using Starling.Fuzz.Mutation;
using Starling.Fuzz.Targets;

namespace Starling.Fuzz.Tests.Mutation;

/// <summary>Lengths stay true around a change.</summary>
public sealed class InputBufferTests
{
    [Theory]
    [InlineData("er and longer", 0, "loneer and longerly text")]
    [InlineData("", 3, "lonetext")]
    public void In_parts_within_parts_behind_32_bits(string added, int removed, string expected)
    {
        var inner = new CanonicalWriter().Text("lonely text").ToArray();
        var changed = Change(new CanonicalWriter().Bytes(inner).Byte(7).ToArray(), LengthForm.BigEndian32, 4 + 4 + 4, added, removed);
        var outer = new CanonicalReader(changed);
        var part = new CanonicalReader(outer.Bytes(1000));
        Assert.Equal(expected, part.Text(1000));
        part.End();
        Assert.Equal(7, outer.Byte());
    }

    [Fact]
    public void In_the_header_of_a_model()
    {
        var file = Safetensors.Write(new ModelState(new ModelSchema([new TensorSpec("a", 1)])));
        var changed = Change(file, LengthForm.LittleEndian64First, file.AsSpan().IndexOf("a"u8) + 1, "bc", 0);
        Assert.Equal("abc", Safetensors.Read(changed).State!.Schema.Tensors[0].Name);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(200)]
    [InlineData(400)]
    public void Behind_the_tags_of_a_certificate(int length)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
            writer.WriteOctetString(new byte[length]);
        var encoded = writer.Encode();
        var changed = Change(encoded, LengthForm.Der, encoded.Length - 1, "abc", 0);
        var sequence = new AsnReader(changed, AsnEncodingRules.DER).ReadSequence();
        Assert.Equal(length + 3, sequence.ReadOctetString().Length);
    }

    private static byte[] Change(byte[] input, LengthForm lengths, int at, string added, int removed)
    {
        var buffer = new InputBuffer(Mutator.MostBytes, lengths);
        buffer.Load(input);
        buffer.Delete(at, removed);
        buffer.Insert(at, Encoding.UTF8.GetBytes(added));
        return buffer.ToArray();
    }
}
