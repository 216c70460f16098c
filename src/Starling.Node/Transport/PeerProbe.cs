using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Starling.Node.Transport;

/// <summary>
/// Looks who answers at an address, and what time it is there. It asks the API, not the peer protocol, so that standing connections stay.
/// </summary>
public static class PeerProbe
{
    private const int MaxAnswer = 16 << 10;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly byte[] Request = "GET /v1/health HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n"u8.ToArray();

    /// <summary>Asks.</summary>
    /// <param name="address">Where.</param>
    /// <param name="own">As whom, and whom to believe.</param>
    /// <param name="clock">Tells the time here.</param>
    /// <param name="cancellation">Gives up; after 10 s that happens by itself.</param>
    /// <exception cref="IOException">Nobody answers, or not so.</exception>
    public static async Task<ProbeAnswer> AskAsync(PeerAddress address, PeerCredentials own, TimeProvider clock,
        CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address.Host, address.Port, either.Token);
            using var stream = new SslStream(client.GetStream());
            var trust = new PeerTrust(own, clock.GetUtcNow());
            var verdict = await trust.DialAsync(stream, SslApplicationProtocol.Http11, either.Token);
            var refusal = verdict.Objection();
            return new ProbeAnswer(
                verdict.Refusal is null ? verdict.Node : null, verdict.Roles, refusal?.Message,
                refusal is null ? await ReadClockAsync(stream, clock, either.Token) : null);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"nothing came within {Limit.TotalSeconds:0} s");
        }
        catch (Exception failure) when (failure is SocketException or AuthenticationException)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    private static async Task<TimeSpan?> ReadClockAsync(SslStream stream, TimeProvider clock, CancellationToken cancellation)
    {
        var asked = clock.GetUtcNow();
        await stream.WriteAsync(Request, cancellation);
        var bytes = new byte[MaxAnswer];
        var count = 0;
        for (int read; count < bytes.Length && (read = await stream.ReadAsync(bytes.AsMemory(count), cancellation)) > 0;)
            count += read;
        var between = asked + ((clock.GetUtcNow() - asked) / 2);
        foreach (var line in Encoding.ASCII.GetString(bytes, 0, count).Split("\r\n").TakeWhile(line => line.Length > 0))
            if (line.StartsWith("Date:", StringComparison.OrdinalIgnoreCase)
                && DateTimeOffset.TryParseExact(line[5..].Trim(), "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
                    out var theirs))
                // They cut what is less than a second.
                return TimeSpan.FromSeconds(Math.Round((theirs + TimeSpan.FromSeconds(0.5) - between).TotalSeconds));
        return null;
    }
}
