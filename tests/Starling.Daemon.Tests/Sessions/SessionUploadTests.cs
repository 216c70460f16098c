using System.Net.Sockets;
using System.Text;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Models;
using Starling.Core.Training;
using Starling.Core.Training.Participation;
using Starling.Daemon.Sessions;
using Starling.Node.Blobs;
using Starling.Node.Identity;
using Starling.Node.Loop;

namespace Starling.Daemon.Tests.Sessions;

/// <summary>What a program can make its node keep, over a real socket, byte by byte.</summary>
public sealed class SessionUploadTests : IAsyncLifetime
{
    private static readonly ContractId Contract = ContractId.Parse("small");
    private readonly string folder = Directory.CreateTempSubdirectory("starling-upload-").FullName;
    private readonly ProgramSession session = new(Contract);
    private readonly CancellationTokenSource replaced = new();
    private readonly List<Socket> sockets = [];
    private BlobStore blobs = null!;
    private SessionServer server = null!;
    private Task<UpdateReady?> work = null!;
    private int told;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        blobs = new BlobStore(folder, new BlobStoreOptions(), TimeProvider.System);
        using var keys = CertificateAuthority.Create("test.example", TimeProvider.System)
            .Issue(NodeId.Create("test.example", "clinic", "node"), Roles.Learner, TimeProvider.System);
        var settings = new TrainingSettings("leader", 8, 1, 2, AuditMode.Full, "mean", [], Model(0).Schema.Hash, 1 << 20,
            TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        var state = NodeKernel.Create(keys.Identity, [], new X509Certifier(), new KernelOptions());
        var participant = Participant.Create(new ContractReference(Contract, default));
        state = state with
        {
            Contracts = state.Contracts.Add(Contract, participant with { Fold = participant.Fold with { Settings = settings } }),
        };
        server = await SessionServer.StartAsync(session, new SessionUpdates(new KernelDriver(state), blobs), Cancellation);
        work = session.CarryOutAsync(new Assignment(Contract, 1, BlobId.None, 10, Done: 0, Last: false),
            _ => Interlocked.Increment(ref told), replaced.Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var socket in sockets)
            socket.Dispose();
        await server.DisposeAsync();
        blobs.Dispose();
        replaced.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Red if a program can claim the disk once a connection, or if an update stays that its work did not take.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Updates_are_sent_one_at_a_time()
    {
        var (first, second) = (File(1), File(2));
        var slow = await BeginAsync(first);
        Assert.Contains("send one at a time", await SendAsync(await ConnectAsync(), second), StringComparison.Ordinal);
        Assert.Equal(first.Length, blobs.Usage.Bytes);

        var waits = SendAsync(await ConnectAsync(), second);
        await slow.SendAsync(first.AsMemory(1), Cancellation);
        Assert.StartsWith("HTTP/1.1 200", await ReadAsync(slow), StringComparison.Ordinal);
        Assert.Contains("There is another assignment by now", await waits, StringComparison.Ordinal);
        Assert.Equal(first.Length, blobs.Usage.Bytes);
        Assert.NotNull(blobs.Manifest((await work)!.Update));
    }

    /// <summary>Red if an update outlives its connection: a program that sends it again would not be heard.</summary>
    [Fact(Timeout = 60_000)]
    public async Task An_update_whose_connection_broke_is_sent_again()
    {
        var file = File(1);
        (await BeginAsync(file)).Dispose();
        Assert.StartsWith("HTTP/1.1 200", await SendAsync(await ConnectAsync(), file), StringComparison.Ordinal);
        Assert.NotNull(blobs.Manifest((await work)!.Update));
        Assert.Equal(file.Length, blobs.Usage.Bytes);
    }

    /// <summary>Red if the update of work that was replaced meanwhile is taken, or stays on the disk where nobody knows it.</summary>
    [Fact(Timeout = 60_000)]
    public async Task An_update_that_comes_too_late_leaves_nothing()
    {
        var file = File(1);
        var slow = await BeginAsync(file);
        await replaced.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
        await slow.SendAsync(file.AsMemory(1), Cancellation);
        Assert.Contains("There is another assignment by now", await ReadAsync(slow), StringComparison.Ordinal);
        Assert.Equal(0, blobs.Usage.Bytes);
    }

    /// <summary>Red if a program has as many connections with its node as it wants.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_program_has_eight_connections_at_most()
    {
        for (var i = 0; i < 8; i++)
            Assert.StartsWith("HTTP/1.1 404", await AskAsync(await ConnectAsync()), StringComparison.Ordinal);
        Assert.Equal("", await AskAsync(await ConnectAsync()));
    }

    /// <summary>Red if a program has its node keep as many measurements as it sends: they go to a file that only grows.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_model_is_measured_once_an_assignment()
    {
        var socket = await ConnectAsync();
        foreach (var subject in new[] { "merged", "local", "final" })
        {
            Assert.StartsWith("HTTP/1.1 200", await MeasureAsync(socket, subject), StringComparison.Ordinal);
            Assert.Contains("measured already", await MeasureAsync(socket, subject), StringComparison.Ordinal);
            Assert.StartsWith("HTTP/1.1 409", await MeasureAsync(socket, "merged"), StringComparison.Ordinal);
        }

        // The final model ends the program, too.
        Assert.Equal(4, Volatile.Read(ref told));
    }

    private async Task<string> MeasureAsync(Socket socket, string subject)
    {
        var body = $"{{\"subject\":\"{subject}\",\"loss\":1,\"accuracy\":1,\"auc\":null,\"f1\":null,\"examples\":1}}";
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/measured/1 HTTP/1.1\r\nHost: node\r\nAuthorization: Bearer {server.Token}\r\n"
            + $"Content-Length: {body.Length}\r\n\r\n{body}"),
            Cancellation);
        return await ReadAsync(socket);
    }

    private static ModelState Model(float value)
    {
        var state = new ModelState(new ModelSchema([new TensorSpec("w", 1000)]));
        Array.Fill(state.Values, value);
        return state;
    }

    private static byte[] File(float value) => Safetensors.Write(Model(value));

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        sockets.Add(socket);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(server.Socket), Cancellation);
        return socket;
    }

    /// <summary>Sends an update's first byte, and waits until the node has made room for the rest.</summary>
    private async Task<Socket> BeginAsync(byte[] file)
    {
        var socket = await ConnectAsync();
        await socket.SendAsync((byte[])[.. Head(file.Length), file[0]], Cancellation);
        while (blobs.Usage.Bytes == 0)
            await Task.Delay(5, Cancellation);
        return socket;
    }

    private async Task<string> SendAsync(Socket socket, byte[] file)
    {
        await socket.SendAsync((byte[])[.. Head(file.Length), .. file], Cancellation);
        return await ReadAsync(socket);
    }

    private async Task<string> AskAsync(Socket socket)
    {
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /v1/nothing HTTP/1.1\r\nHost: node\r\nAuthorization: Bearer {server.Token}\r\n\r\n"),
                Cancellation);
            return await ReadAsync(socket);
        }
        catch (SocketException)
        {
            return "";
        }
    }

    private byte[] Head(int length) => Encoding.ASCII.GetBytes(
        $"PUT /v1/update/1?weight=1&loss=NaN&accuracy=NaN HTTP/1.1\r\nHost: node\r\nAuthorization: Bearer {server.Token}\r\nContent-Length: {length}\r\n\r\n");

    /// <summary>What comes first of an answer, which is short enough to come whole.</summary>
    private static async Task<string> ReadAsync(Socket socket)
    {
        var buffer = new byte[4096];
        var text = "";
        while (!text.Contains("\r\n0\r\n", StringComparison.Ordinal) && !text.Contains("Content-Length: 0\r\n", StringComparison.Ordinal)
            && await socket.ReceiveAsync(buffer, Cancellation) is > 0 and var count)
            text += Encoding.ASCII.GetString(buffer, 0, count);
        return text;
    }
}
