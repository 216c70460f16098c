using System.CommandLine;
using System.Net.Sockets;
using Starling.Api;
using Starling.Cli.Control;
using Starling.Cli.Control.Contexts;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;

namespace Starling.Cli.Commands.Nodes;

/// <summary><c>starling wait-for</c>: waits until something listens at an address, as at the start of a script.</summary>
internal static class WaitForCommand
{
    private const int MostRetries = 1_000_000;

    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(5);

    /// <summary>The command.</summary>
    public static Command Build()
    {
        var host = new Argument<string>("host") { Description = "HOST or HOST:PORT; the port is 30304 unless given." };
        var retries = new Option<int>("--retries") { Description = $"How often to try again, 0 to {MostRetries}.", DefaultValueFactory = _ => 360 };
        var pause = new Option<string>("--pause") { Description = "How long to wait between two tries.", DefaultValueFactory = _ => "5s" };
        var command = new ExampledCommand("wait-for", "Waits until a host accepts connections.", "starling wait-for node.clinic.example", "starling wait-for 10.0.0.2:30304 --retries 10 --pause 1s")
        {
            host, retries, pause, NodeCommands.Json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var report = await WaitAsync(parsed.GetValue(host)!, parsed.GetValue(retries), WaitTime.Parse(parsed.GetValue(pause)!), cancellation).ConfigureAwait(false);
            parsed.Print(report, CliJson.Default.WaitForReport, output => output.WriteLine($"{report.Address} accepts connections"));
        });
        return command;
    }

    private static async Task<WaitForReport> WaitAsync(string text, int retries, TimeSpan pause, CancellationToken cancellation)
    {
        var address = HostAndPort.TryParse(text, HostAndPort.NodePort) ?? throw new CommandException(ExitCode.Usage, $"'{Mistake.Shorten(text)}' is no address; write host:port or [IPv6 address]:port.");
        if (retries is < 0 or > MostRetries)
            throw new CommandException(ExitCode.Usage, $"--retries must be 0 to {MostRetries}.");
        for (var attempt = 0; ; attempt++)
        {
            var why = await TryAsync(address, cancellation).ConfigureAwait(false);
            if (why is null)
                return new WaitForReport(address.ToString(), attempt + 1);
            if (attempt == retries)
                throw new CommandException(ExitCode.TimedOut, $"{address} did not accept a connection in {attempt + 1} tries ({why.TrimEnd('.')}); check that its node is up and that nothing between blocks the port.");
            await Task.Delay(pause, cancellation).ConfigureAwait(false);
        }
    }

    private static async Task<string?> TryAsync(HostAndPort address, CancellationToken cancellation)
    {
        using var client = new TcpClient();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(AttemptLimit);
        try
        {
            await client.ConnectAsync(address.Host, address.Port, limit.Token).ConfigureAwait(false);
            return null;
        }
        catch (SocketException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"no answer within {AttemptLimit.TotalSeconds:0} s";
        }
    }
}
