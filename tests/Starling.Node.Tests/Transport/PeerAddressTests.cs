using Starling.Node.Transport;

namespace Starling.Node.Tests.Transport;

public sealed class PeerAddressTests
{
    [Theory]
    [InlineData("node.example:7000", AddressKind.Name, "node.example", 7000)]
    [InlineData("10.0.0.1:1", AddressKind.IPv4, "10.0.0.1", 1)]
    [InlineData("[::1]:65535", AddressKind.IPv6, "::1", 65535)]
    public void Is_read_and_written(string text, AddressKind kind, string host, int port)
    {
        var address = PeerAddress.Parse(text);
        Assert.Equal((kind, host, port), (address.Kind, address.Host, address.Port));
        Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("node.example")]
    [InlineData("node.example:0")]
    [InlineData("node.example:65536")]
    [InlineData("node.example:+1")]
    [InlineData(":7000")]
    [InlineData("::1:7000")]
    [InlineData("[node]:7000")]
    [InlineData("a b:7000")]
    public void Is_refused(string? text) => Assert.False(PeerAddress.TryParse(text, out _));
}
