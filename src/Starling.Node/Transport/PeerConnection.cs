using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Transport.Wire;

namespace Starling.Node.Transport;

/// <summary>
/// One standing connection, control or bulk. One loop reads, one writes, one watches the time. The reading loop never waits for the writing
/// one: two nodes that send each other much at once would wait for each other for ever.
/// </summary>
internal sealed class PeerConnection
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private readonly PeerEnvironment environment;
    private readonly SecuredStream secured;
    private readonly FrameReader reader;
    private readonly PeerLink link;
    private readonly ContentSink sink;
    private readonly Channel<IOutgoing> outgoing;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly KeptMessage<Ping> ping = new(new Ping(), message => message.Nonce = 0);
    private readonly KeptMessage<Pong> pong = new(new Pong(), message => message.Nonce = 0);
    private readonly KeepAlive pings = new(nonce => new OutgoingFrame(FrameKind.Ping, new Ping { Nonce = nonce }));
    private readonly KeepAlive pongs = new(nonce => new OutgoingFrame(FrameKind.Pong, new Pong { Nonce = nonce }));
    private readonly PeerMessageCodec messages = new();
    private Exception? reason;
    private long receivedAt;
    private long pingAt;
    private int pinged;

    public PeerConnection(PeerEnvironment environment, SecuredStream secured, FrameReader reader, Greeting greeting, PeerLink link)
    {
        this.environment = environment;
        this.secured = secured;
        this.reader = reader;
        this.link = link;
        Greeting = greeting;
        sink = new ContentSink(secured.Stream, environment, Peer);
        Served = new RequestServer(environment, Peer);
        outgoing = Channel.CreateBounded<IOutgoing>(new BoundedChannelOptions(
            Kind == ConnectionKind.Control ? environment.Options.SendQueue : 4 * PeerNetworkOptions.MaxRequestsInFlight)
        { SingleReader = true });
        Requests = new RequestClient(environment, item => outgoing.Writer.TryWrite(item));
        receivedAt = environment.Clock.GetTimestamp();
        reader.Received = Received;
    }

    public Greeting Greeting { get; }

    public ConnectionKind Kind => Greeting.Kind;

    /// <summary>Our own requests; used on a bulk connection only.</summary>
    public RequestClient Requests { get; }

    /// <summary>The other's requests.</summary>
    private RequestServer Served { get; }

    private NodeId Peer => Greeting.Peer;

    /// <summary>Queues a message; false if the queue is full or the connection has ended.</summary>
    public bool TrySend(PeerMessage message) => outgoing.Writer.TryWrite(PeerMessageCodec.Encode(message));

    /// <summary>What was thought of the other's certificate when the connection began.</summary>
    public PeerVerdict Verdict => secured.Verdict;

    /// <summary>Ends the connection, with words for the other.</summary>
    public void Close(PeerRefusal code, string sentence) => End(new PeerRefusedException(code, sentence, byOther: false));

    /// <summary>Runs the connection to its end, whatever that is.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        environment.Metrics.Connected(Peer, Kind, +1);
        using var ending = new CancellationTokenSource();
        using (stop.Register(() => Close(PeerRefusal.Closing, $"{environment.Self} closes the connection.")))
        {
            var reading = GuardAsync(ReadLoopAsync, ending.Token);
            var writing = GuardAsync(WriteLoopAsync, ending.Token);
            var watching = GuardAsync(WatchLoopAsync, ending.Token);
            await ended.Task;
            if (reason is PeerRefusedException { ByOther: false } ours)
                await SayFarewellAsync(ours, reading, writing);
            await ending.CancelAsync();
            secured.Abort();
            await Task.WhenAll(reading, writing, watching);
        }
        Requests.Dispose();
        environment.Metrics.Connected(Peer, Kind, -1);
    }

    /// <summary>Only the first reason counts. The link hears of it at once, before anything is wound up.</summary>
    private void End(Exception why)
    {
        if (Interlocked.CompareExchange(ref reason, why, null) is not null)
            return;
        if (why is PeerRefusedException refused)
            environment.Metrics.Refused(refused.Code, refused.ByOther);
        environment.Log.LogInformation("The {Kind} connection with {Peer} ended: {Reason}", Kind, Peer, why.Message);
        link.Ended(this);
        Served.Dispose();
        ended.TrySetResult();
    }

    private async Task SayFarewellAsync(PeerRefusedException ours, Task reading, Task writing)
    {
        using var limit = new CancellationTokenSource(Farewell);
        try
        {
            outgoing.Writer.TryWrite(new OutgoingFrame(PeerHandshake.Encode(ours.Code, ours.Message)));
            outgoing.Writer.TryComplete();
            await writing.WaitAsync(limit.Token);
            await PeerHandshake.EndSendingAsync(secured.Stream, limit.Token);
            if (reading.IsCompleted)
                await PeerHandshake.DrainAsync(secured.Stream, limit.Token);
            else
                await reading.WaitAsync(limit.Token);
        }
        catch (Exception failure)
            when (failure is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The other does not listen; it learns of the end from the connection.
        }
    }

    private async Task GuardAsync(Func<CancellationToken, Task> loop, CancellationToken cancellation)
    {
        try
        {
            await loop(cancellation);
        }
        catch (Exception failure)
        {
            End(failure);
            if (failure is not (IOException or OperationCanceledException or ObjectDisposedException))
                environment.Log.LogError(failure, "The {Kind} connection with {Peer} failed.", Kind, Peer);
        }
    }

    /// <summary>
    /// Takes in what the other sends, until it ends or breaks a rule, which always throws. Within this class but for the fuzzer.
    /// </summary>
    internal async Task ReadLoopAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var frame = await reader.ReadAsync(cancellation);
            if (frame.Kind == FrameKind.Refused)
                throw PeerHandshake.Refusal(frame);
            if (frame.Kind == FrameKind.Ping)
            {
                Interlocked.Exchange(ref pinged, 1);
                pongs.Send(outgoing.Writer, ping.Read(frame).Nonce);
            }
            else if (frame.Kind == FrameKind.Pong)
                Note(pong.Read(frame));
            else if (Kind == ConnectionKind.Control && frame.Kind is FrameKind.Hint or FrameKind.Word)
                link.Arrived(messages.Decode(frame));
            else if (Kind == ConnectionKind.Bulk)
                await BulkAsync(frame, cancellation);
            else
                throw OutOfPlace(frame);
        }
    }

    private async ValueTask BulkAsync(Frame frame, CancellationToken cancellation)
    {
        switch (frame.Kind)
        {
            case FrameKind.ManifestRequest or FrameKind.ChunkRequest:
                if (!outgoing.Writer.TryWrite(Served.Accept(frame)) && reason is null)
                    throw PeerRefusedException.BrokenRule("More waits to be sent than the protocol permits.");
                break;
            case FrameKind.Cancel:
                Served.Cancel(frame);
                break;
            case FrameKind.ContentHeader:
                await Requests.ReceiveAsync(frame, reader, cancellation);
                break;
            case FrameKind.FetchRefused:
                Requests.Refused(frame);
                break;
            default:
                throw OutOfPlace(frame);
        }
    }

    private PeerRefusedException OutOfPlace(Frame frame) =>
        PeerRefusedException.BrokenRule($"A frame {frame.Kind} has no place on a standing {Kind} connection.");

    /// <summary>
    /// Content goes out when nothing else waits. Else whoever uploads slowly would also download slowly: its own requests would wait behind
    /// all that it is asked for.
    /// </summary>
    private async Task WriteLoopAsync(CancellationToken cancellation)
    {
        // As many as the requests of the other that are not answered.
        var answers = new Queue<IOutgoing>();
        while (true)
        {
            while (outgoing.Reader.TryRead(out var item))
            {
                if (item is ServedRequest)
                    answers.Enqueue(item);
                else
                    await item.WriteAsync(sink, cancellation);
            }

            if (outgoing.Reader.Completion.IsCompleted)
                return;
            if (answers.TryDequeue(out var answer))
                await answer.WriteAsync(sink, cancellation);
            else
                await outgoing.Reader.WaitToReadAsync(cancellation);
        }
    }

    private async Task WatchLoopAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(environment.Options.KeepAliveInterval, environment.Clock);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            var options = environment.Options;
            if (environment.Clock.GetElapsedTime(Interlocked.Read(ref receivedAt)) > options.SilenceTimeout)
                throw new PeerRefusedException(PeerRefusal.Silent,
                    $"{Peer} has said nothing for {options.SilenceTimeout.TotalSeconds:0.#} s.", false);
            if (Requests.Waiting > options.AnswerTimeout || sink.Waiting > options.AnswerTimeout)
                throw new PeerRefusedException(
                    PeerRefusal.Silent,
                    $"{Peer} has answered no request, or taken no answer, for {options.AnswerTimeout.TotalSeconds:0.#} s.", false);
            if (environment.Clock.GetUtcNow() > secured.Verdict.Expires)
                throw new PeerRefusedException(PeerRefusal.Expired,
                    $"The certificate of {Peer} has expired; a new connection needs a new one.", false);
            // A ping and its answer are bytes in both directions, so those of the smaller identity suffice as long as they come.
            if ((Interlocked.Exchange(ref pinged, 0) == 1 && environment.Self.CompareTo(Peer) > 0) || pings.Waits)
                continue;
            Interlocked.Exchange(ref pingAt, environment.Clock.GetTimestamp());
            pings.Send(outgoing.Writer, (ulong)Interlocked.Read(ref pingAt));
        }
    }

    private void Note(Pong pong)
    {
        var sent = Interlocked.Read(ref pingAt);
        if (pong.Nonce == (ulong)sent)
            environment.Metrics.RoundTrip(Peer, environment.Clock.GetElapsedTime(sent));
    }

    private void Received(int count)
    {
        Interlocked.Exchange(ref receivedAt, environment.Clock.GetTimestamp());
        environment.Metrics.Received(Peer, count);
    }

    /// <summary>Of keep-alives of a kind at most one waits to be sent, however many there are, and whatever goes out before it.</summary>
    private sealed class KeepAlive(Func<ulong, OutgoingFrame> make) : IOutgoing
    {
        private OutgoingFrame? frame;

        public bool Waits => Volatile.Read(ref frame) is not null;

        /// <summary>For one thread at a time.</summary>
        public void Send(ChannelWriter<IOutgoing> writer, ulong nonce)
        {
            if (Waits)
                return;
            Volatile.Write(ref frame, make(nonce));
            if (!writer.TryWrite(this))
                Volatile.Write(ref frame, null);
        }

        public ValueTask WriteAsync(ContentSink sink, CancellationToken cancellation) =>
            Interlocked.Exchange(ref frame, null)!.WriteAsync(sink, cancellation);
    }
}
