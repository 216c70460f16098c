using System.Diagnostics;
using Starling.Api;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests.Consortium;

/// <summary>
/// Three organisations that have trained together, by a script, while all that went over their network was kept; and a while
/// in which they did nothing.
/// </summary>
public sealed class TrainedConsortium : IAsyncLifetime
{
    internal const int Rounds = 60;

    private TrainingSites? sites;

    /// <summary>Why there is none; null if there is one.</summary>
    public string? Missing { get; private set; }

    internal TrainingSites Sites => sites ?? throw new InvalidOperationException(Missing);

    internal CommandResult Script { get; private set; } = null!;

    /// <summary>What went over the network until the script had ended.</summary>
    internal IReadOnlyList<Capture.Packet> Training { get; private set; } = [];

    /// <summary>What went over it while nothing was to be done, for how long that was, and what tcpdump said of it.</summary>
    internal (IReadOnlyList<Capture.Packet> Packets, TimeSpan Time, string Words) Idle { get; private set; }

    /// <summary>How many nodes the first one was connected with after that, itself counted.</summary>
    internal int Connected { get; private set; }

    internal TimeSpan Time { get; private set; }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Missing = await BridgedNetwork.MissingAsync("tcpdump");
        if (Missing is not null)
            return;
        var began = Stopwatch.StartNew();
        sites = await TrainingSites.CreateAsync();
        sites.WriteScript(Rounds, minPeers: 4);
        await using (var capture = await CaptureAsync("training.pcap"))
        {
            sites.Start();
            Script = await sites.RunAsync("shell", "train.starling");
            await capture.StopAsync();
            Training = [.. capture.Packets()];
        }

        Time = began.Elapsed;
        if (Script.Code != (int)ExitCode.Done)
            return;
        // A measure, not a wait: what is idle shows nothing to wait for.
        await using var idle = await CaptureAsync("idle.pcap");
        var from = Stopwatch.StartNew();
        await Task.Delay(TimeSpan.FromSeconds(10));
        var time = from.Elapsed;
        var words = await idle.StopAsync();
        Idle = ([.. idle.Packets()], time, words);
        Connected = (await sites.RunAsync("node", "list", "--json")).Json().EnumerateArray()
            .Count(node => node.GetProperty("isSelf").GetBoolean() || node.GetProperty("connected").GetBoolean());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (sites is not null)
            await sites.DisposeAsync();
    }

    private Task<Capture> CaptureAsync(string file) =>
        Capture.StartAsync(Sites.Network.Wire, "bridge", Path.Combine(Sites.Office, file), "tcp");
}
