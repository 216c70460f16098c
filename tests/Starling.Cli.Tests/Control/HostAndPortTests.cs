using Starling.Cli.Control.Contexts;

namespace Starling.Cli.Tests.Control;

public sealed class HostAndPortTests
{
    [Theory]
    [InlineData("node.example", "node.example:30304")]
    [InlineData("node.example:1", "node.example:1")]
    [InlineData("10.0.0.1:65535", "10.0.0.1:65535")]
    [InlineData("[::1]:443", "[::1]:443")]
    [InlineData("[fd00::2]", "[fd00::2]:30304")]
    public void An_address_is_read(string text, string whole) =>
        Assert.Equal(whole, HostAndPort.TryParse(text)?.ToString());

    [Theory]
    [InlineData("")]
    [InlineData(":30304")]
    [InlineData("a:0")]
    [InlineData("a:65536")]
    [InlineData("a:port")]
    [InlineData("a:1:2")]
    [InlineData("::1")]
    [InlineData("[::1")]
    [InlineData("[::1]x")]
    [InlineData("two words")]
    public void What_is_no_address_is_not(string text) => Assert.Null(HostAndPort.TryParse(text));
}
