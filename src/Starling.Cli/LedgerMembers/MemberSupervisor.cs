using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Starling.Api;
using Starling.Cli.Terminal;
using Starling.Ledgers;
using Starling.Ledgers.Etcd;

namespace Starling.Cli.LedgerMembers;

/// <summary>Keeps a member of etcd running, and tells how it is.</summary>
/// <param name="plan">How it is run.</param>
/// <param name="tell">Is told what changes.</param>
internal sealed class MemberSupervisor(MemberPlan plan, Action<MemberNews> tell)
{
    // One that never worked has a mistake that starting it again does not mend.
    private const int MostFailures = 5;

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10), LookEvery = TimeSpan.FromSeconds(2),
        LongestPause = TimeSpan.FromSeconds(30), GoodLife = TimeSpan.FromMinutes(1);

    private readonly EtcdOptions own = new()
    {
        Endpoints = [EtcdEndpoint.TryParse(plan.Endpoint, out var endpoint)
            ? endpoint
            : throw new CommandException(ExitCode.Usage, $"{plan.Endpoint} is no address that etcd can have; {EtcdEndpoint.Form}.")],
        Identity = plan.Identity,
        Patience = TimeSpan.FromSeconds(1),
    };

    private MemberTrust? trusted;
    private bool hasStarted, hasWorked;

    /// <summary>Runs it until it is told to stop.</summary>
    /// <exception cref="CommandException">It cannot run as it is set up.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        foreach (var port in (int[])[plan.Own.Port, plan.ClientPort])
            Probe(port);
        for (var failures = 0; ;)
        {
            var began = Stopwatch.GetTimestamp();
            var how = await LiveAsync(stop).ConfigureAwait(false);
            if (stop.IsCancellationRequested)
                return;
            if (how is null)
            {
                failures = 0;
                continue;
            }

            failures = Stopwatch.GetElapsedTime(began) > GoodLife ? 1 : failures + 1;
            if (!hasWorked && failures >= MostFailures)
                throw new CommandException(ExitCode.Configuration,
                    $"The ledger's member {plan.Own.Name} ended {failures} times without having worked; it {how}");
            var pause = TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Math.Pow(2, failures - 1)));
            Tell(MemberState.Ended, string.Create(CultureInfo.InvariantCulture, $"{how}. It is started again in {pause.TotalSeconds} s"),
                null);
            await Task.Delay(pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested)
                return;
        }
    }

    // How it ended, or could not be started; null if it was told to stop.
    private async Task<string?> LiveAsync(CancellationToken stop)
    {
        var trust = TakeTrust();
        MemberProcess process;
        try
        {
            process = await MemberProcess.StartAsync(plan).ConfigureAwait(false);
        }
        catch (CommandException e) when (hasStarted)
        {
            // It could be started before: a certificate that is just being replaced is whole again soon.
            return $"cannot be started: {e.Message.TrimEnd('.')}";
        }

        using var running = process;
        hasStarted = true;
        Tell(MemberState.Starting, $"starts; its data and log are in {plan.Folder}", process.Id);
        using (var looking = CancellationTokenSource.CreateLinkedTokenSource(stop))
        {
            var look = LookAsync(process.Id, trust, looking.Token);
            await Task.WhenAny(process.Ended, look).ConfigureAwait(false);
            await looking.CancelAsync().ConfigureAwait(false);
            await look.ConfigureAwait(false);
        }

        if (process.Ended.IsCompleted)
            return Judge(await process.Ended.ConfigureAwait(false), process.LastWords());
        await process.StopAsync(StopLimit).ConfigureAwait(false);
        Tell(MemberState.Stopped,
            stop.IsCancellationRequested
                ? "has stopped"
                : "has stopped, since whom it believes has changed; it is started again with that", null);
        return null;
    }

    // Before etcd does: it says so in JSON, and who listens there may pass for it until then.
    private void Probe(int port)
    {
        using var listener = new TcpListener(IPAddress.Parse(plan.Listen), port);
        try
        {
            listener.Start();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw Taken(port.ToString(CultureInfo.InvariantCulture));
        }
        catch (SocketException)
        {
            // etcd may know better, and says why if it does not.
        }
    }

    private CommandException Taken(string port) => new(ExitCode.PortBusy,
        $"Port {port} of {plan.Listen}, for the ledger's member {plan.Own.Name}, is in use by another process; stop that one, or name another port by --join or --client-port.");

    private string Judge(int code, string lastWords)
    {
        if (lastWords.Contains(MemberProcess.TakenOut, StringComparison.Ordinal))
            throw new CommandException(ExitCode.Configuration,
                $"The ledger's member {plan.Own.Name} was taken out of its cluster, for good; remove {plan.Folder}, and add it again if that was not meant ('starling ledger add-member').");
        if (!hasWorked && lastWords.Contains(MemberProcess.PortTaken, StringComparison.Ordinal))
            throw Taken($"{plan.Own.Port} or {plan.ClientPort}");
        return string.Create(CultureInfo.InvariantCulture, $"has ended with exit code {code}; {plan.Log} says why. Last: {lastWords}");
    }

    // Ends when the member is to be started again. Only this member itself is asked, so this costs the others
    // nothing but what any read does.
    private async Task LookAsync(int process, MemberTrust? trust, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(LookEvery);
        string? told = null;
        EtcdLedger? ledger = null;
        try
        {
            do
            {
                // What its certificate's files hold etcd reads for each connection, but whom it believes only when it starts. Connections
                // that stand, such as that of a certificate that is revoked now, end with it.
                if (TrustsOthers(trust))
                    return;
                var trouble = await TroubleAsync(() => ledger ??= EtcdLedger.Open(own), cancellation).ConfigureAwait(false);
                hasWorked |= trouble is null;
                if (told == (trouble ?? ""))
                    continue;
                told = trouble ?? "";
                if (trouble is null)
                    Tell(MemberState.Working, $"works; clients reach it at {plan.Endpoint}", process);
                else
                    Tell(MemberState.Waiting, $"waits: {trouble}", process);
            }
            while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The process has ended, or shall.
        }
        finally
        {
            if (ledger is not null)
                await ledger.DisposeAsync().ConfigureAwait(false);
        }
    }

    // Opening it reads the member's certificate, which may just be replaced.
    private static async Task<string?> TroubleAsync(Func<EtcdLedger> open, CancellationToken cancellation)
    {
        try
        {
            await open().CheckAsync(cancellation).ConfigureAwait(false);
            return null;
        }
        catch (LedgerException e)
        {
            return e.Message;
        }
    }

    private void Tell(MemberState state, string detail, int? process) =>
        tell(new MemberNews(plan.Own.Name, state, detail, plan.Endpoint, process));

    // A file that is being written, or gone, changes nothing: what the member was started with last stays.
    private MemberTrust? TakeTrust()
    {
        Directory.CreateDirectory(plan.Folder);
        try
        {
            trusted = MemberTrust.Read(plan);
            trusted.Write(plan);
        }
        catch (CommandException) when (plan.HasTrust)
        {
        }

        return trusted;
    }

    private bool TrustsOthers(MemberTrust? trust)
    {
        try
        {
            return MemberTrust.Read(plan) != trust;
        }
        catch (CommandException)
        {
            return false;
        }
    }
}
