using Starling.Core.Kernel;
using Starling.Simulation.Scheduling;

namespace Starling.Simulation.Network;

/// <summary>
/// Links and the connections over them. A connection stands while both ends run, both want it and both directions carry; it breaks at
/// once when an end dies, and some seconds later when a wire is cut. Bytes that meet a cut wire wait, as in TCP, until it is mended
/// or the connection breaks.
/// </summary>
internal sealed class SimulatedNetwork
{
    private static readonly TimeSpan Retransmission = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ProgressPause = TimeSpan.FromMilliseconds(400);
    private readonly EventHeap heap;
    private readonly SeededRandom random;
    private readonly Link[,] links;
    private readonly double[] uploadRates;
    private readonly Connection[,] connections;
    private readonly bool[] running;
    private readonly long[] starts;
    private readonly SortedSet<int>[] wanted;
    private readonly Action<int, int, bool> tell;
    private readonly TimeSpan latestNotice;

    /// <summary>Draws the links.</summary>
    /// <param name="heap">The world's time.</param>
    /// <param name="random">The network's own stream.</param>
    /// <param name="nodes">How many nodes.</param>
    /// <param name="tell">Tells a node that the connection with a peer stands or broke.</param>
    /// <param name="maxUploadRate">Bytes of blobs that a node sends a second at most, to all together; null for no limit.</param>
    public SimulatedNetwork(
        EventHeap heap, SeededRandom random, int nodes, Action<int, int, bool> tell, Func<int, long>? maxUploadRate = null)
    {
        this.heap = heap;
        this.random = random;
        this.tell = tell;
        running = new bool[nodes];
        starts = new long[nodes];
        wanted = [.. Enumerable.Range(0, nodes).Select(_ => new SortedSet<int>())];
        links = new Link[nodes, nodes];
        uploadRates = [.. Enumerable.Range(0, nodes).Select(node => maxUploadRate?.Invoke(node) ?? double.MaxValue)];
        connections = new Connection[nodes, nodes];
        // As soon as a packet is answered with a refusal, or as late as silence is taken for a dead peer.
        latestNotice = TimeSpan.FromSeconds(random.Fork("notice").Chance(0.5) ? 3 : 17);
        // From one rack to two continents; the same distance for all pairs would hide races.
        var distance = random.Between(TimeSpan.FromMilliseconds(0.2), TimeSpan.FromMilliseconds(80));
        for (var from = 0; from < nodes; from++)
            for (var to = 0; to < nodes; to++)
            {
                links[from, to] =
                    new Link(TimeSpan.FromTicks(1000) + (distance * random.NextDouble()), 1e5 * Math.Pow(100, random.NextDouble()));
                if (from < to)
                    connections[from, to] = connections[to, from] = new Connection();
            }
    }

    /// <summary>What goes wrong with messages at present.</summary>
    public NetworkWeather Weather { get; set; } = NetworkWeather.Calm;

    public bool Stands(int left, int right) => left != right && connections[left, right].Up;

    /// <summary>A node's process runs.</summary>
    public void Start(int node)
    {
        running[node] = true;
        starts[node]++;
    }

    /// <summary>A node's process died.</summary>
    public void Stop(int node)
    {
        running[node] = false;
        wanted[node].Clear();
        for (var peer = 0; peer < running.Length; peer++)
            if (peer != node)
            {
                Break(node, peer);
                connections[node, peer].Version++;
            }
    }

    /// <summary>A node keeps connections with these, and with no others.</summary>
    public void Want(int node, IEnumerable<int> peers)
    {
        wanted[node].Clear();
        wanted[node].UnionWith(peers);
        for (var peer = 0; peer < running.Length; peer++)
            if (peer != node)
                Review(node, peer);
    }

    /// <summary>One direction carries nothing any more.</summary>
    public void Cut(int from, int to)
    {
        links[from, to].Cuts++;
        Review(from, to);
    }

    /// <summary>A cut is over.</summary>
    public void Mend(int from, int to)
    {
        links[from, to].Cuts--;
        Review(from, to);
    }

    public void Slow(int from, int to, double bytesPerSecond) => links[from, to].Slow(bytesPerSecond);

    public void Restore(int from, int to) => links[from, to].Restore();

    /// <summary>A connection breaks for no reason, and may stand again soon.</summary>
    public void Reset(int left, int right)
    {
        if (left == right)
            return;
        Break(left, right);
        Review(left, right);
    }

    /// <summary>Carries bytes over a standing connection. If it breaks on the way, nothing more is heard of them.</summary>
    /// <param name="from">Who sends.</param>
    /// <param name="to">Who receives.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="arrived">They are all there.</param>
    /// <param name="left">
    /// Of a blob, which alone a node may send slowly: the sender's transport took so many more, by and by on a slow link, else all at once.
    /// </param>
    /// <param name="progressed">So many more are there, on a slow link.</param>
    /// <param name="most">Bytes a second that the sender likes to send at most.</param>
    public void Carry(int from, int to, int bytes, Action arrived, Action<int>? left = null, Action<int>? progressed = null,
        double most = double.MaxValue)
    {
        var connection = connections[from, to];
        if (!connection.Up)
            return;
        var link = links[from, to];
        // What is no blob has a connection of its own, or goes out before those that wait.
        var begin = left is not null && link.BusyUntil > heap.Now ? link.BusyUntil : heap.Now;
        var rate = Math.Min(most, left is null ? link.BytesPerSecond : Math.Min(link.BytesPerSecond, UploadRate(from, to)));
        var sending = TimeSpan.FromSeconds(bytes / rate);
        var end = begin + sending;
        if (left is not null)
            link.BusyUntil = end;
        var travel = link.Latency + (link.Latency * (0.2 * random.NextDouble()));
        for (var tries = 0; tries < 6 && random.Chance(Weather.Loss); tries++)
            travel += Retransmission * (1 << tries);
        if (random.Chance(Weather.Reordering))
            travel += random.Between(TimeSpan.Zero, TimeSpan.FromSeconds(1));
        var version = connection.Lives;
        var told = 0;
        for (var at = begin + ProgressPause; at < end && (left ?? progressed) is not null; at += ProgressPause)
        {
            var part = (int)(bytes * ((at - begin) / sending)) - told;
            if (part == 0)
                continue;
            told += part;
            if (left is not null)
                heap.At(at, () => WhenCarried(connection, version, link, () => left(part)));
            if (progressed is not null)
                heap.At(at + travel, () => WhenCarried(connection, version, link, () => progressed(part)));
        }

        if (left is not null)
            heap.At(end, () => WhenCarried(connection, version, link, () => left(bytes - told)));
        heap.At(end + travel, () => WhenCarried(connection, version, link, arrived));
    }

    // As on real nodes all that are being served have equal shares.
    private double UploadRate(int from, int to) => uploadRates[from] / (1 + Enumerable.Range(0, running.Length)
        .Count(other => other != to && links[from, other].BusyUntil > heap.Now));

    /// <summary>How often a hint that is sent now comes: mostly once.</summary>
    public int DrawCopies() => random.Chance(Weather.Duplication) ? 2 : 1;

    private void WhenCarried(Connection connection, long life, Link link, Action happen)
    {
        if (!connection.Up || connection.Lives != life)
            return;
        if (link.Cuts == 0)
            happen();
        else
            heap.After(Retransmission, () => WhenCarried(connection, life, link, happen));
    }

    private bool CanStand(int left, int right) =>
        running[left] && running[right] && wanted[left].Contains(right) && wanted[right].Contains(left);

    private void Review(int left, int right)
    {
        var connection = connections[left, right];
        var version = ++connection.Version;
        var carries = links[left, right].Cuts == 0 && links[right, left].Cuts == 0;
        if (connection.Up && !CanStand(left, right))
            Break(left, right);
        else if (connection.Up && !carries)
            heap.After(random.Between(TimeSpan.FromSeconds(0.5), latestNotice), () => If(connection, version, () =>
            {
                Break(left, right);
                Review(left, right);
            }));
        else if (!connection.Up && carries && CanStand(left, right))
            heap.After(random.Between(TimeSpan.FromSeconds(0.02), TimeSpan.FromSeconds(0.4)),
                () => If(connection, version, () => Connect(left, right)));
    }

    private static void If(Connection connection, long version, Action happen)
    {
        if (connection.Version == version)
            happen();
    }

    private void Connect(int left, int right)
    {
        var connection = connections[left, right];
        connection.Up = true;
        connection.Lives++;
        // What the one before had still to carry is gone with it.
        links[left, right].BusyUntil = links[right, left].BusyUntil = heap.Now;
        Tell(left, right, up: true);
        Tell(right, left, up: true);
    }

    private void Break(int left, int right)
    {
        var connection = connections[left, right];
        if (!connection.Up)
            return;
        connection.Up = false;
        Tell(left, right, up: false);
        Tell(right, left, up: false);
    }

    // What a node is told of one peer comes in order.
    private void Tell(int node, int peer, bool up)
    {
        var connection = connections[node, peer];
        ref var last = ref (node < peer ? ref connection.ToldLeft : ref connection.ToldRight);
        var at = heap.Now + links[peer, node].Latency;
        last = at > last ? at : last;
        var start = starts[node];
        heap.At(last, () =>
        {
            if (running[node] && starts[node] == start)
                tell(node, peer, up);
        });
    }

    private sealed class Connection
    {
        public bool Up;
        public long Lives;
        public long Version;
        public TimeSpan ToldLeft;
        public TimeSpan ToldRight;
    }
}
