using System.Net.Security;
using Starling.Core.Identity;
using Starling.Node.Transport.Wire;

namespace Starling.Node.Transport;

/// <summary>
/// The first frames of a connection: each side judges the other's certificate, says who it is, or refuses with a sentence.
/// </summary>
internal sealed class PeerHandshake(SecuredStream secured, NodeId self, ulong instance)
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    /// <summary>Keeps what was read ahead; the connection goes on with it.</summary>
    public FrameReader Reader { get; } = new(secured.Stream);

    /// <summary>The dialler's half after its hello was sent: waits for the answer.</summary>
    /// <exception cref="PeerRefusedException">Either side refuses.</exception>
    public async Task<Greeting> AwaitAnswerAsync(NodeId expected, ConnectionKind kind, CancellationToken cancellation)
    {
        var greeting = await AwaitAsync(cancellation);
        if (greeting.Peer != expected)
            throw WrongNode(expected, greeting.Peer);
        return greeting.Kind == kind
            ? greeting
            : throw PeerRefusedException.BrokenRule($"A connection for {kind} was answered as one for {greeting.Kind}.");
    }

    /// <summary>The dialler's first check: TLS reached whom it meant.</summary>
    public void Demand(NodeId expected)
    {
        var node = secured.Verdict.Demand();
        if (node != expected)
            throw WrongNode(expected, node);
    }

    /// <summary>Waits for the other's hello.</summary>
    public async Task<Greeting> AwaitAsync(CancellationToken cancellation)
    {
        var frame = await Reader.ReadAsync(cancellation);
        if (frame.Kind == FrameKind.Refused)
            throw Refusal(frame);
        if (frame.Kind != FrameKind.Hello)
            throw PeerRefusedException.BrokenRule($"A connection begins with a Hello, not with {frame.Kind}.");
        var hello = frame.Decode(Hello.Parser);
        var (spoken, theirs) = (ProtocolVersions.Spoken, ProtocolVersions.Of(hello.Version, hello.Oldest));
        if (spoken.Agree(theirs) is not { } version)
            throw new PeerRefusedException(PeerRefusal.Version,
                $"{self} speaks {spoken} of the protocol and {PeerText.Clean(hello.Node)} speaks {theirs}; upgrade the older one.",
                byOther: false);
        var node = secured.Verdict.Demand();
        if (hello.Node != node.Value)
            throw PeerRefusedException.BrokenRule($"The hello is of {PeerText.Clean(hello.Node)}, the certificate of {node}.");
        if (hello.Connection is not (ConnectionKind.Control or ConnectionKind.Bulk))
            throw PeerRefusedException.BrokenRule($"There is no connection of kind {(int)hello.Connection}.");
        if (hello.Expected.Length != 0 && hello.Expected != self.Value)
            throw new PeerRefusedException(PeerRefusal.WrongNode,
                $"This is {self}, not {PeerText.Clean(hello.Expected)}; correct the address.", false);
        return new Greeting(node, hello.Connection, hello.Instance, version);
    }

    /// <summary>Says hello.</summary>
    public async Task SayAsync(ConnectionKind kind, NodeId expected, CancellationToken cancellation)
    {
        var spoken = ProtocolVersions.Spoken;
        var hello = new Hello
        {
            Version = spoken.Newest,
            Oldest = spoken.Oldest,
            Node = self.Value,
            Connection = kind,
            Instance = instance,
            Expected = expected.Value
        };
        await secured.Stream.WriteAsync(Frame.Encode(FrameKind.Hello, hello), cancellation);
    }

    /// <summary>Refuses in words and waits a moment, so that the words are not lost with the connection.</summary>
    public async Task RefuseAsync(PeerRefusal code, string sentence)
    {
        using var limit = new CancellationTokenSource(Linger);
        try
        {
            await secured.Stream.WriteAsync(Encode(code, sentence), limit.Token);
            await EndSendingAsync(secured.Stream, limit.Token);
            await DrainAsync(secured.Stream, limit.Token);
        }
        catch (Exception failure)
            when (failure is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // It is gone already: nobody is left to be told.
        }
    }

    /// <summary>The bytes of a <c>Refused</c> frame.</summary>
    public static byte[] Encode(PeerRefusal code, string sentence) =>
        Frame.Encode(FrameKind.Refused, new Refused { Code = (uint)code, Sentence = PeerText.Clean(sentence) });

    /// <summary>Reads a <c>Refused</c> frame of the other.</summary>
    public static PeerRefusedException Refusal(Frame frame)
    {
        var refused = frame.Decode(Refused.Parser);
        var code = refused.Code <= (uint)Enum.GetValues<PeerRefusal>()[^1] ? (PeerRefusal)refused.Code : PeerRefusal.Unknown;
        return new PeerRefusedException(code, PeerText.Clean(refused.Sentence), byOther: true);
    }

    /// <summary>Ends the sending half.</summary>
    public static Task EndSendingAsync(Stream stream, CancellationToken cancellation) =>
        stream is SslStream tls ? tls.ShutdownAsync().WaitAsync(cancellation) : Task.CompletedTask;

    /// <summary>Reads what still comes until the other closes: closing with unread bytes would take our last words from it.</summary>
    public static async Task DrainAsync(Stream stream, CancellationToken cancellation)
    {
        var scratch = new byte[4096];
        while (await stream.ReadAsync(scratch, cancellation) > 0)
        {
        }
    }

    private static PeerRefusedException WrongNode(NodeId expected, NodeId found) =>
        new(PeerRefusal.WrongNode, $"{expected} was dialled, but {found} answered; correct the address.", byOther: false);
}
