using System.CommandLine;
using System.Net.Sockets;
using Starling.Api;
using Starling.Cli.Control;
using Starling.Cli.Control.Contexts;
using Starling.Cli.Terminal;

namespace Starling.Cli.Commands.Nodes;

/// <summary>
/// <c>starling wait-for</c>: waits until something listens at an address, or until the context's node is ready, as
/// at the start of a script.
/// </summary>
internal static class WaitForCommand
{
    private const int MostRetries = 1_000_000;

    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(5);

    /// <summary>The command.</summary>
    public static Command Build()
    {
        var host = new Argument<string?>("host")
        {
            Description =
                "HOST or HOST:PORT; the port is 30304 unless given. Without a host the context's node is waited for, until it has read the ledger.",
            Arity = ArgumentArity.ZeroOrOne
        };
        var retries =
            new Option<int>("--retries") { Description = $"How often to try again, 0 to {MostRetries}.", DefaultValueFactory = _ => 360 };
        var pause = new Option<string>("--pause") { Description = "How long to wait between two tries.", DefaultValueFactory = _ => "5s" };
        var command = new ExampledCommand("wait-for", "Waits until a host accepts connections, or until the context's node is ready.",
            "starling wait-for", "starling wait-for node.clinic.example", "starling wait-for 10.0.0.2:30304 --retries 10 --pause 1s")
        {
            host, retries, pause,
        };
        NodeCommands.AddOptions(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (tries, between) = (parsed.GetValue(retries), WaitTime.Parse(parsed.GetValue(pause)!));
            if (tries is < 0 or > MostRetries)
                throw new CommandException(ExitCode.Usage, $"--retries must be 0 to {MostRetries}.");
            if (parsed.GetValue(host) is { } named)
            {
                var address = HostAndPort.Parse(named);
                Report(await WaitAsync(() => TryAsync(address, cancellation), $"{address}", tries, between,
                    cancellation).ConfigureAwait(false), "accepts connections");
                return;
            }

            using var session = await NodeCommands.OpenAsync(parsed, null, cancellation).ConfigureAwait(false);
            Report(await WaitAsync(() => NodeWait.WhyNotReadyAsync(session.Client, cancellation), session.Client.Node, tries, between,
                cancellation).ConfigureAwait(false), "is ready");
            void Report(WaitForReport report, string holds) =>
                parsed.Print(report, CliJson.Default.WaitForReport, output => output.WriteLine($"{report.Address} {holds}"));
        });
        return command;
    }

    private static async Task<WaitForReport> WaitAsync(Func<Task<string?>> attempt, string what, int retries, TimeSpan pause,
        CancellationToken cancellation)
    {
        for (var tried = 1; ; tried++)
        {
            if (await attempt().ConfigureAwait(false) is not { } why)
                return new WaitForReport(what, tried);
            if (tried > retries)
                throw new CommandException(ExitCode.TimedOut,
                    $"{what} was not there in {tried} tries ({why.TrimEnd('.')}); check that its node is up and that nothing between blocks the port.");
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
