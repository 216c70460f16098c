using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Serialization.Metadata;

namespace Starling.Api.Sessions;

/// <summary>
/// A program's side of its session with the node beside it: HTTP over a Unix socket, with a token. Every call throws
/// <see cref="NodeClientException"/> if the node cannot be asked or refuses.
/// </summary>
public sealed class SessionClient : IDisposable
{
    /// <summary>The variable of a program's environment that names the socket.</summary>
    public const string SocketVariable = "STARLING_SESSION_SOCKET";

    /// <summary>The variable of a program's environment that has the token.</summary>
    public const string TokenVariable = "STARLING_SESSION_TOKEN";

    /// <summary>The version of the session protocol that this client speaks.</summary>
    public const int Protocol = 1;

    private readonly HttpClient http;

    /// <summary>Prepares to talk; connects at the first call.</summary>
    /// <param name="socket">The node's Unix socket.</param>
    /// <param name="token">The session's token.</param>
    public SessionClient(string socket, string token)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        handler.ConnectCallback = async (_, cancellation) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation).ConfigureAwait(false);
                return new NetworkStream(connection, ownsSocket: true);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        };
        http = new HttpClient(handler) { BaseAddress = new Uri("http://node/"), Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Opens the session.</summary>
    public async Task<SessionOpened> OpenAsync(SessionOpening opening, CancellationToken cancellation)
    {
        using var answer = await SendAsync(HttpMethod.Post, "v1/session", Json(opening, ApiJson.Default.SessionOpening), cancellation)
            .ConfigureAwait(false);
        return await ReadAsync(answer, ApiJson.Default.SessionOpened, cancellation).ConfigureAwait(false);
    }

    /// <summary>Waits for an assignment behind this number.</summary>
    public async Task<SessionAssignment> NextAsync(long after, CancellationToken cancellation)
    {
        while (true)
        {
            using var answer = await SendAsync(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"v1/assignment?after={after}"),
                null, cancellation).ConfigureAwait(false);
            if (answer.StatusCode != HttpStatusCode.NoContent)
                return await ReadAsync(answer, ApiJson.Default.SessionAssignment, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Opens the model to start from, a safetensors file. The caller disposes the stream.</summary>
    public async Task<Stream> OpenBaseAsync(long number, CancellationToken cancellation)
    {
        var answer = await SendAsync(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"v1/base/{number}"), null, cancellation)
            .ConfigureAwait(false);
        return await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Hands an update over.</summary>
    /// <param name="number">The assignment.</param>
    /// <param name="model">The weights, a safetensors file.</param>
    /// <param name="weight">Its weight in the merge, 1 to 1,000,000.</param>
    /// <param name="loss">What the program measured; not a number if nothing.</param>
    /// <param name="accuracy">Likewise.</param>
    /// <param name="checkIn">What the node does from now on, since the program has trained enough: <c>inactive</c>, <c>snapshot</c> or
    /// <c>active</c>; null if it trains on.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task HandOverAsync(long number, Stream model, long weight, double loss, double accuracy, string? checkIn,
        CancellationToken cancellation)
    {
        var content = new StreamContent(model);
        content.Headers.ContentLength = model.Length;
        var path = string.Create(CultureInfo.InvariantCulture, $"v1/update/{number}?weight={weight}&loss={loss:R}&accuracy={accuracy:R}")
            + (checkIn is null ? "" : $"&checkIn={checkIn}");
        using var answer = await SendAsync(HttpMethod.Put, path, content, cancellation).ConfigureAwait(false);
    }

    /// <summary>Tells what was measured.</summary>
    public Task MeasuredAsync(long number, SessionMeasurement measurement, CancellationToken cancellation) =>
        PostAsync(string.Create(CultureInfo.InvariantCulture, $"v1/measured/{number}"),
            Json(measurement, ApiJson.Default.SessionMeasurement), cancellation);

    /// <summary>Says that the last assignment is done.</summary>
    public Task FinishAsync(long number, CancellationToken cancellation) =>
        PostAsync(string.Create(CultureInfo.InvariantCulture, $"v1/finished/{number}"), null, cancellation);

    /// <summary>Says that an assignment cannot be carried out.</summary>
    public Task FailAsync(long number, string reason, CancellationToken cancellation) =>
        PostAsync(string.Create(CultureInfo.InvariantCulture, $"v1/failed/{number}"),
            Json(new SessionFailure(reason), ApiJson.Default.SessionFailure), cancellation);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static JsonContent Json<T>(T value, JsonTypeInfo<T> form) => JsonContent.Create(value, form);

    private async Task PostAsync(string path, HttpContent? content, CancellationToken cancellation)
    {
        using var answer = await SendAsync(HttpMethod.Post, path, content, cancellation).ConfigureAwait(false);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, JsonTypeInfo<T> form, CancellationToken cancellation) =>
        await answer.Content.ReadFromJsonAsync(form, cancellation).ConfigureAwait(false)
        ?? throw new NodeClientException(ExitCode.Unexpected,
            $"The node answered {answer.RequestMessage?.RequestUri?.AbsolutePath} with nothing.");

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        HttpResponseMessage answer;
        try
        {
            answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException fault)
        {
            throw new NodeClientException(ExitCode.Unreachable,
                $"The node beside this program does not answer: {fault.InnerException?.Message ?? fault.Message}", fault);
        }

        if (answer.IsSuccessStatusCode)
            return answer;
        using (answer)
        {
            var problem = await answer.Content.ReadFromJsonAsync(ApiJson.Default.ProblemDetails, cancellation).ConfigureAwait(false);
            throw new NodeClientException(ExitCode.Denied,
                problem?.Detail ?? $"The node answered with HTTP status {(int)answer.StatusCode}.");
        }
    }
}
