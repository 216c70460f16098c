using Starling.Ledgers.Etcd;

namespace Starling.Ledgers.Tests.Etcd;

public sealed class EtcdEndpointTests
{
    [Theory]
    [InlineData("https://ledger.example.org:2379")]
    [InlineData("https://10.0.0.1:2379")]
    [InlineData("https://[fd00::1]:2379")]
    [InlineData("http://127.0.0.1:2379")]
    [InlineData("http://[::1]:2379")]
    [InlineData("http://localhost:2379")]
    public void An_endpoint_is_read_and_written(string text)
    {
        Assert.True(EtcdEndpoint.TryParse(text, out var endpoint));
        Assert.Equal(text, endpoint.ToString());
    }

    [Theory]
    [InlineData("http://10.0.0.1:2379")]
    [InlineData("http://ledger.example.org:2379")]
    [InlineData("ledger.example.org:2379")]
    [InlineData("https://user@ledger.example.org:2379")]
    [InlineData("https://ledger.example.org:2379/v3")]
    [InlineData("unix://127.0.0.1:2379")]
    [InlineData("")]
    [InlineData(null)]
    public void Nothing_else_is_and_plain_text_leaves_no_host(string? text) => Assert.False(EtcdEndpoint.TryParse(text, out _));

    [Fact]
    public void Options_that_cannot_be_used_say_all_that_is_wrong()
    {
        var options = new EtcdOptions
        {
            Endpoints = [new EtcdEndpoint("10.0.0.1", 2379, IsSecured: true)],
            Prefix = "a b",
            TryTimeout = TimeSpan.Zero,
            Patience = TimeSpan.FromHours(1),
        };
        Assert.Equal(4, options.Problems().Count());
        Assert.Single((options with
        {
            Prefix = "a/",
            TryTimeout = TimeSpan.FromSeconds(1),
            Patience = TimeSpan.FromSeconds(1),
            Endpoints = []
        }).Problems());
        Assert.Throws<ArgumentException>(() => EtcdLedger.Open(options));
    }
}
