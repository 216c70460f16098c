using Starling.Node.Transport;

namespace Starling.Node.Tests.Transport;

public sealed class PeerNetworkOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.Empty(new PeerNetworkOptions().Errors());

    [Fact]
    public void Every_mistake_is_named_at_once()
    {
        var options = new PeerNetworkOptions
        {
            HandshakeTimeout = TimeSpan.Zero,
            KeepAliveInterval = TimeSpan.FromSeconds(10),
            BackoffMost = TimeSpan.FromMilliseconds(1),
            RequestsInFlight = 65,
            PieceBytes = 1,
            MaxUploadRate = 9_999,
        };
        Assert.Equal(
            [
                "HandshakeTimeout is 0 s; choose 0.1 to 60 s.",
                "SilenceTimeout is 15 s; choose 20 to 600 s.",
                "BackoffMost is 0.001 s; choose 0.05 to 600 s.",
                "RequestsInFlight is 65; choose 1 to 64.",
                "PieceBytes is 1; choose 65536 to 1048576.",
                "MaxUploadRate is 9999; choose 10000 or more.",
            ],
            options.Errors());
    }
}
