using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Starling.Node.Identity.Workload.Wire;

namespace Starling.Node.Identity.Workload;

/// <summary>
/// A client of the SPIFFE Workload API over its Unix socket, as a SPIRE agent serves it: gRPC over HTTP/2 without TLS, of which it needs
/// one call with a streamed answer (gRPC over HTTP/2: a message follows a byte that says it is not compressed and four of length).
/// </summary>
/// <param name="socket">The socket's path.</param>
public sealed class WorkloadApi(string socket) : IDisposable
{
    /// <summary>The most bytes of one answer.</summary>
    public const int MaxBytes = 1 << 20;

    private const int PermissionDenied = 7;

    // The request has no fields: not compressed, and no bytes long.
    private static readonly byte[] EmptyMessage = new byte[5];

    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, cancellation) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
                return new NetworkStream(connection, ownsSocket: true);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        },
    });

    /// <summary>Gives this process's identity now, and each time that it is renewed, until the server ends the stream.</summary>
    /// <exception cref="IdentityException">The server cannot be reached, gives no identity, or answers with something else. The message
    /// says what to do.</exception>
    public async IAsyncEnumerable<WorkloadIdentity> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://localhost/SpiffeWorkloadAPI/FetchX509SVID")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(EmptyMessage),
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        // The server takes no call without it: a browser that was tricked into calling could not send it.
        request.Headers.Add("workload.spiffe.io", "true");
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var answer = await GuardAsync(http.SendAsync(request, cancellation), cancellation);
        if (answer.StatusCode != HttpStatusCode.OK)
            throw new IdentityException(string.Create(CultureInfo.InvariantCulture,
                $"{socket} is no Workload API: it answered with HTTP status {(int)answer.StatusCode}. Name the socket of the SPIRE agent under 'identity.workloadApi'."));
        Demand(answer.Headers);
        using var body = await GuardAsync(answer.Content.ReadAsStreamAsync(cancellation), cancellation);
        while (await GuardAsync(ReadAsync(body, cancellation), cancellation) is { } message)
            yield return WorkloadIdentity.Read(message);
        Demand(answer.TrailingHeaders);
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<X509SVIDResponse?> ReadAsync(Stream body, CancellationToken cancellation)
    {
        var head = new byte[5];
        if (await body.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellation) is var read && read == 0)
            return null;
        var length = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(1));
        if (read < head.Length || head[0] != 0 || length > MaxBytes)
            throw new IdentityException($"{socket} answers with something that is not understood, or longer than {MaxBytes} bytes.");
        var message = new byte[length];
        await body.ReadExactlyAsync(message, cancellation);
        return X509SVIDResponse.Parser.ParseFrom(message);
    }

    private void Demand(HttpResponseHeaders headers)
    {
        if (!headers.TryGetValues("grpc-status", out var values)
            || !int.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var status) || status == 0)
            return;
        throw new IdentityException(status == PermissionDenied
            ? $"The Workload API at {socket} gives this process no identity; register it with the SPIRE server."
            : string.Create(CultureInfo.InvariantCulture,
                $"The Workload API at {socket} refuses with gRPC status {status}; look into the SPIRE agent's log."));
    }

    private async Task<T> GuardAsync<T>(Task<T> work, CancellationToken cancellation)
    {
        try
        {
            return await work;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or InvalidProtocolBufferException
            || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new IdentityException($"The Workload API at {socket} does not answer: {e.InnerException?.Message ?? e.Message}. Check that the SPIRE agent runs and that this user may use its socket.", e);
        }
    }
}
