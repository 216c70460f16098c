using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Starling.Api.Events;

namespace Starling.Api;

/// <summary>Talks to one node's API over mutual TLS. Every call throws <see cref="NodeClientException"/> if the node cannot be asked or refuses.</summary>
public sealed class NodeClient : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);
    private readonly HttpClient http;

    /// <summary>Prepares to talk; connects at the first call.</summary>
    /// <param name="address">Where the node listens.</param>
    /// <param name="node">The SPIFFE ID that it must show.</param>
    /// <param name="certificate">The caller's certificate with its private key.</param>
    /// <param name="anchors">The authorities that are trusted to vouch for the node.</param>
    public NodeClient(DnsEndPoint address, string node, X509Certificate2 certificate, X509Certificate2Collection anchors)
    {
        Node = node;
        var handler = new SocketsHttpHandler { ConnectTimeout = ConnectTimeout, UseProxy = false, AllowAutoRedirect = false };
        handler.SslOptions.ClientCertificates = [certificate];
        handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, chain, errors) => PeerCertificate.IsNode(node, anchors, shown, chain, errors);
        http = new HttpClient(handler)
        {
            BaseAddress = new UriBuilder(Uri.UriSchemeHttps, address.Host, address.Port).Uri,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = 4 << 20,
        };
    }

    /// <summary>The SPIFFE ID of the node.</summary>
    public string Node { get; }

    /// <summary>What the node is doing.</summary>
    public Task<NodeStatus> GetStatusAsync(CancellationToken cancellation) => GetAsync("v1/status", ApiJson.Default.NodeStatus, cancellation);

    /// <summary>Whether the node works.</summary>
    public Task<NodeHealth> GetHealthAsync(CancellationToken cancellation) => GetAsync("v1/health", ApiJson.Default.NodeHealth, cancellation);

    /// <summary>A contract as the node folded it.</summary>
    public Task<ContractDescription> GetContractAsync(string contract, CancellationToken cancellation) =>
        GetAsync($"v1/contracts/{Uri.EscapeDataString(contract)}", ApiJson.Default.ContractDescription, cancellation);

    /// <summary>The bytes of the entry that restarts a round, which the admin whose certificate this client has must read and sign.</summary>
    public Task<RestartAnswer> DraftRestartAsync(string contract, long round, CancellationToken cancellation) =>
        RestartAsync(contract, new RestartRequest(round, null, null), cancellation);

    /// <summary>Restarts a round. Returns once the entry is in the ledger; the fold decides when it is read.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="round">The round.</param>
    /// <param name="entry">The bytes that <see cref="DraftRestartAsync"/> gave.</param>
    /// <param name="signature">The admin's signature over them.</param>
    /// <param name="cancellation">Gives up; the entry may be appended nevertheless.</param>
    public Task<RestartAnswer> RestartAsync(string contract, long round, byte[] entry, byte[] signature, CancellationToken cancellation) =>
        RestartAsync(contract, new RestartRequest(round, entry, signature), cancellation);

    /// <summary>Asks the node to stop. Returns when it has agreed; its process ends soon after.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        using var answer = await SendAsync(HttpMethod.Post, "v1/stop", cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Follows the node's events until the node ends the stream or the token is cancelled. To resume, pass the last cursor that was seen. Events that
    /// the node no longer keeps are left out: the cursors then have a gap.
    /// </summary>
    /// <param name="after">The cursor after which to begin; 0 for everything that the node still keeps.</param>
    /// <param name="cancellation">Ends the stream.</param>
    public async IAsyncEnumerable<ApiEvent> GetEventsAsync(long after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var answer = await SendAsync(HttpMethod.Get, $"v1/events?after={after}", cancellation).ConfigureAwait(false);
        using var body = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var messages = SseParser.Create(body, (_, data) => JsonSerializer.Deserialize(data, ApiJson.Default.ApiEvent)).EnumerateAsync(cancellation)
            .GetAsyncEnumerator(cancellation);
        await using var end = messages.ConfigureAwait(false);
        while (await GuardAsync(messages.MoveNextAsync().AsTask(), cancellation).ConfigureAwait(false))
            if (messages.Current.Data is { } message)
                yield return message;
    }

    /// <summary>Opens the last committed merge of a contract, a safetensors file.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="from">The first byte that is wanted, to resume a download.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The rest of the file; the caller disposes it.</returns>
    public async Task<Stream> OpenLatestModelAsync(string contract, long from, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"v1/models/{Uri.EscapeDataString(contract)}/latest");
        if (from > 0)
            request.Headers.Range = new System.Net.Http.Headers.RangeHeaderValue(from, null);
        var answer = await SendAsync(request, cancellation).ConfigureAwait(false);
        return await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<RestartAnswer> RestartAsync(string contract, RestartRequest restart, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"v1/contracts/{Uri.EscapeDataString(contract)}/restart");
        request.Content = JsonContent.Create(restart, ApiJson.Default.RestartRequest);
        using var answer = await SendAsync(request, cancellation).ConfigureAwait(false);
        return await GuardAsync(answer.Content.ReadFromJsonAsync(ApiJson.Default.RestartAnswer, cancellation), cancellation).ConfigureAwait(false)
            ?? throw new NodeClientException(ExitCode.Unexpected, $"{Node} answered a restart with nothing.");
    }

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> form, CancellationToken cancellation)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, cancellation).ConfigureAwait(false);
        return await GuardAsync(answer.Content.ReadFromJsonAsync(form, cancellation), cancellation).ConfigureAwait(false)
            ?? throw new NodeClientException(ExitCode.Unexpected, $"{Node} answered {path} with nothing.");
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path);
        return await SendAsync(request, cancellation).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(AnswerTimeout);
        var answer = await GuardAsync(http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token), cancellation).ConfigureAwait(false);
        if (answer.IsSuccessStatusCode)
            return answer;
        using (answer)
        {
            var problem = await ReadProblemAsync(answer, limit.Token).ConfigureAwait(false);
            throw new NodeClientException(
                answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized or HttpStatusCode.Conflict ? ExitCode.Denied : ExitCode.Unexpected,
                problem?.Detail ?? $"{Node} answered with HTTP status {(int)answer.StatusCode}.");
        }
    }

    private static async Task<ProblemDetails?> ReadProblemAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        try
        {
            return await answer.Content.ReadFromJsonAsync(ApiJson.Default.ProblemDetails, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException or NotSupportedException)
        {
            return null;
        }
    }

    private async Task<T> GuardAsync<T>(Task<T> work, CancellationToken cancellation)
    {
        try
        {
            return await work.ConfigureAwait(false);
        }
        catch (JsonException e)
        {
            throw new NodeClientException(ExitCode.Unexpected, $"{Node} answered with something that is not understood: {e.Message}", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new NodeClientException(ExitCode.Unreachable, $"{Node} does not answer at {http.BaseAddress}: {e.InnerException?.Message ?? e.Message}", e);
        }
    }
}
