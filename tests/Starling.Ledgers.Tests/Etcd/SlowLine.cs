using System.Net;
using System.Net.Sockets;

namespace Starling.Ledgers.Tests.Etcd;

/// <summary>A line to a member of etcd that carries its answers slowly, or only so far.</summary>
internal sealed class SlowLine : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly Uri member;
    private readonly int bytesPerSecond, mostOfAnAnswer;
    private readonly Task serving;

    /// <param name="endpoint">The member.</param>
    /// <param name="bytesPerSecond">How fast its answers come.</param>
    /// <param name="mostOfAnAnswer">After how many bytes of an answer nothing more comes.</param>
    public SlowLine(string endpoint, int bytesPerSecond, int mostOfAnAnswer = int.MaxValue)
    {
        (member, this.bytesPerSecond, this.mostOfAnAnswer) = (new Uri(endpoint), bytesPerSecond, mostOfAnAnswer);
        listener.Start();
        serving = ServeAsync();
    }

    /// <summary>Where it begins.</summary>
    public string Endpoint => $"http://{listener.LocalEndpoint}";

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await serving;
        listener.Dispose();
        ending.Dispose();
    }

    private async Task ServeAsync()
    {
        var lines = new List<Task>();
        try
        {
            while (true)
                lines.Add(CarryAsync(await listener.AcceptTcpClientAsync(ending.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(lines);
        }
    }

    private async Task CarryAsync(TcpClient caller)
    {
        using var asking = caller;
        using var asked = new TcpClient();
        var answered = 0;
        try
        {
            await asked.ConnectAsync(member.Host, member.Port, ending.Token);
            await Task.WhenAll(AskAsync(), AnswerAsync());
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One of the two has gone.
        }

        async Task AskAsync()
        {
            var buffer = new byte[64 << 10];
            int read;
            while ((read = await asking.GetStream().ReadAsync(buffer, ending.Token)) > 0)
            {
                answered = 0;
                await asked.GetStream().WriteAsync(buffer.AsMemory(0, read), ending.Token);
            }

            asked.Close();
        }

        async Task AnswerAsync()
        {
            var buffer = new byte[Math.Clamp(bytesPerSecond / 20, 1, 64 << 10)];
            int read;
            while ((read = await asked.GetStream().ReadAsync(buffer, ending.Token)) > 0)
            {
                if ((answered += read) > mostOfAnAnswer)
                    await Task.Delay(Timeout.Infinite, ending.Token);
                await asking.GetStream().WriteAsync(buffer.AsMemory(0, read), ending.Token);
                await Task.Delay(TimeSpan.FromSeconds((double)read / bytesPerSecond), ending.Token);
            }
        }
    }
}
