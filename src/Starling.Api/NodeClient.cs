using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Starling.Api.Contracts;
using Starling.Api.Events;
using Starling.Api.Tasks;

namespace Starling.Api;

/// <summary>
/// Talks to one node's API over mutual TLS. Every call throws <see cref="NodeClientException"/> if the node cannot be asked or refuses.
/// </summary>
public sealed class NodeClient : IDisposable
{
    /// <summary>The port of a node that names none.</summary>
    public const int DefaultPort = 30304;

    /// <summary>
    /// The most bytes of an answer that is JSON: a node ends a page at about 1 MiB, which JSON may write six times as long, and what it
    /// says of a contract with a thousand members has about as much.
    /// </summary>
    private const int MostAnswerBytes = 16 << 20;

    /// <summary>The most bytes of why a node refuses something.</summary>
    private const int MostProblemBytes = 1 << 20;

    private const int CopiedAtOnce = 1 << 17;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private readonly HttpClient http;

    // Why the node that answered last is not the one that is meant, or not trusted; null if nothing speaks against it.
    private volatile string? objection;

    /// <summary>Prepares to talk; connects at the first call.</summary>
    /// <param name="address">Where the node listens.</param>
    /// <param name="node">The SPIFFE ID that it must show; null for any node that an anchor vouches for.</param>
    /// <param name="certificate">The caller's certificate with its private key.</param>
    /// <param name="anchors">The authorities that are trusted to vouch for the node.</param>
    public NodeClient(DnsEndPoint address, string? node, X509Certificate2 certificate, X509Certificate2Collection anchors)
        : this(address, node ?? $"{address.Host}:{address.Port}", certificate,
            (shown, chain, errors) => PeerCertificate.Objection(node, anchors, shown, chain, errors))
    {
    }

    private NodeClient(DnsEndPoint address, string node, X509Certificate2 certificate,
        Func<X509Certificate?, X509Chain?, SslPolicyErrors, string?> judge)
    {
        Node = node;
        var handler = new SocketsHttpHandler { ConnectTimeout = ConnectTimeout, UseProxy = false, AllowAutoRedirect = false };
        handler.SslOptions.ClientCertificates = [certificate];
        handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        handler.SslOptions.RemoteCertificateValidationCallback =
            (_, shown, chain, errors) => (objection = judge(shown, chain, errors)) is null;
        http = new HttpClient(handler)
        {
            BaseAddress = new UriBuilder(Uri.UriSchemeHttps, address.Host, address.Port).Uri,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>
    /// How long nothing may come before the node counts as gone: until its answer begins, and then between two pieces of it. Events may be
    /// further apart.
    /// </summary>
    public TimeSpan MostSilence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The most bytes of one output stream of a program: twice what a node keeps, unless it is told otherwise.</summary>
    public long MostOutputBytes { get; init; } = 128 << 20;

    /// <summary>The SPIFFE ID of the node; where it listens if any node will do.</summary>
    public string Node { get; }

    /// <summary>Prepares to talk to a node whose certificate is at hand, whoever made it; connects at the first call.</summary>
    /// <param name="address">Where the node listens.</param>
    /// <param name="node">Its SPIFFE ID, whatever its certificate says.</param>
    /// <param name="certificate">The caller's certificate with its private key.</param>
    /// <param name="shown">The certificate that the node must show.</param>
    public static NodeClient Pinned(DnsEndPoint address, string node, X509Certificate2 certificate, X509Certificate2 shown) =>
        new(address, node, certificate, (answering, _, _) => PeerCertificate.Objection(shown, answering));

    /// <summary>What the node is doing.</summary>
    public Task<NodeStatus> GetStatusAsync(CancellationToken cancellation) =>
        GetAsync("v1/status", ApiJson.Default.NodeStatus, cancellation);

    /// <summary>Whether the node works.</summary>
    public Task<NodeHealth> GetHealthAsync(CancellationToken cancellation) =>
        GetAsync("v1/health", ApiJson.Default.NodeHealth, cancellation);

    /// <summary>A contract as the node folded it.</summary>
    public Task<ContractDescription> GetContractAsync(string contract, CancellationToken cancellation) =>
        GetAsync(Contract(contract), ApiJson.Default.ContractDescription, cancellation);

    /// <summary>The contracts on the ledger.</summary>
    public Task<Page<ContractSummary>> GetContractsAsync(string? after, CancellationToken cancellation) =>
        GetAsync(Paged("v1/contracts", after), ApiJson.Default.PageContractSummary, cancellation);

    /// <summary>What this client's next entry in a contract must say of where it stands.</summary>
    public Task<ContractPosition> GetPositionAsync(string contract, CancellationToken cancellation) =>
        GetAsync($"{Contract(contract)}/position", ApiJson.Default.ContractPosition, cancellation);

    /// <summary>How the members of a training contract do.</summary>
    public Task<Page<MemberPerformance>> GetPerformanceAsync(string contract, string? after, CancellationToken cancellation) =>
        GetAsync(Paged($"{Contract(contract)}/perf", after), ApiJson.Default.PageMemberPerformance, cancellation);

    /// <summary>Founds a contract by its signed entry 0. Returns once the node has read it back.</summary>
    public Task<EntryAnswer> FoundAsync(byte[] entry, CancellationToken cancellation) => PostAsync("v1/contracts", entry, cancellation);

    /// <summary>Appends an entry that this client's identity signed. Returns once the node has read it back.</summary>
    public Task<EntryAnswer> AppendAsync(string contract, byte[] entry, CancellationToken cancellation) =>
        PostAsync($"{Contract(contract)}/entries", entry, cancellation);

    /// <summary>A task runner.</summary>
    public Task<RunnerDescription> GetRunnerAsync(string runner, CancellationToken cancellation) =>
        GetAsync(Runner(runner), ApiJson.Default.RunnerDescription, cancellation);

    /// <summary>A task runner's operators, with the certificates that vouch for them.</summary>
    public Task<Page<OperatorDescription>> GetOperatorsAsync(string runner, string? after, CancellationToken cancellation) =>
        GetAsync(Paged($"{Runner(runner)}/operators", after), ApiJson.Default.PageOperatorDescription, cancellation);

    /// <summary>A task runner's tasks.</summary>
    public Task<Page<TaskSummary>> GetTasksAsync(string runner, string? after, CancellationToken cancellation) =>
        GetAsync(Paged($"{Runner(runner)}/tasks", after), ApiJson.Default.PageTaskSummary, cancellation);

    /// <summary>A task with its body.</summary>
    public Task<TaskDescription> GetTaskAsync(string runner, string task, CancellationToken cancellation) =>
        GetAsync($"{Runner(runner)}/tasks/{Uri.EscapeDataString(task)}", ApiJson.Default.TaskDescription, cancellation);

    /// <summary>The latest runs of a task runner, oldest first.</summary>
    public Task<Page<RunSummary>> GetRunsAsync(string runner, string? after, CancellationToken cancellation) =>
        GetAsync(Paged($"{Runner(runner)}/runs", after), ApiJson.Default.PageRunSummary, cancellation);

    /// <summary>A run with what its operators say.</summary>
    public Task<RunDescription> GetRunAsync(string runner, long run, string? after, CancellationToken cancellation) =>
        GetAsync(Paged(string.Create(CultureInfo.InvariantCulture, $"{Runner(runner)}/runs/{run}"), after), ApiJson.Default.RunDescription,
            cancellation);

    /// <summary>The nodes that the node knows.</summary>
    public Task<Page<NodeDescription>> GetNodesAsync(string? after, CancellationToken cancellation) =>
        GetAsync(Paged("v1/nodes", after), ApiJson.Default.PageNodeDescription, cancellation);

    /// <summary>Whether the node is ready: it has read all its contracts and does not stop. Throws with its reason if it is not.</summary>
    public Task<NodeHealth> GetReadinessAsync(CancellationToken cancellation) =>
        GetAsync("v1/health/ready", ApiJson.Default.NodeHealth, cancellation);

    /// <summary>The API's description (OpenAPI 3.1), JSON.</summary>
    public async Task<string> GetApiDescriptionAsync(CancellationToken cancellation)
    {
        using var answer = await SendAsync(HttpMethod.Get, "v1/openapi.json", cancellation).ConfigureAwait(false);
        using var reader = new StreamReader(await BodyAsync(answer, MostAnswerBytes, cancellation).ConfigureAwait(false));
        return await GuardAsync(reader.ReadToEndAsync(cancellation), cancellation).ConfigureAwait(false);
    }

    /// <summary>Asks the node to finish what it has in hand and then to stop. Returns when it has agreed.</summary>
    public async Task DrainAsync(CancellationToken cancellation)
    {
        using var answer = await SendAsync(HttpMethod.Post, "v1/drain", cancellation).ConfigureAwait(false);
    }

    /// <summary>Asks the node to stop. Returns when it has agreed; its process ends soon after.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        using var answer = await SendAsync(HttpMethod.Post, "v1/stop", cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Follows the node's events until the node ends the stream or the token is cancelled. To resume, pass the last cursor that was seen.
    /// Events that the node no longer keeps are left out: the cursors then have a gap.
    /// </summary>
    /// <param name="after">The cursor after which to begin; 0 for everything that the node still keeps.</param>
    /// <param name="cancellation">Ends the stream.</param>
    public async IAsyncEnumerable<ApiEvent> GetEventsAsync(long after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var answer = await SendAsync(HttpMethod.Get, $"v1/events?after={after}", cancellation).ConfigureAwait(false);
        using var body = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var messages =
            SseParser.Create(body, (_, data) => JsonSerializer.Deserialize(data, ApiJson.Default.ApiEvent)).EnumerateAsync(cancellation)
            .GetAsyncEnumerator(cancellation);
        await using var end = messages.ConfigureAwait(false);
        while (await GuardAsync(messages.MoveNextAsync().AsTask(), cancellation).ConfigureAwait(false))
            if (messages.Current.Data is { } message)
                yield return message;
    }

    /// <summary>
    /// Opens the last committed merge of a contract, a safetensors file, with what is needed to go on with a download. The caller disposes
    /// it.
    /// </summary>
    /// <param name="contract">The contract.</param>
    /// <param name="blob">The model that was begun; if it is another by now, it is sent from its beginning. Null
    /// for whichever it is.</param>
    /// <param name="from">The first byte that is wanted, below the model's length.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<ModelStream> OpenModelAsync(string contract, string? blob, long from, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"v1/models/{Uri.EscapeDataString(contract)}/latest");
        if (from > 0)
            request.Headers.Range = new System.Net.Http.Headers.RangeHeaderValue(from, null);
        if (from > 0 && blob is not null)
            request.Headers.IfRange = new System.Net.Http.Headers.RangeConditionHeaderValue($"\"{blob}\"");
        var answer = await SendAsync(request, cancellation).ConfigureAwait(false);
        return new ModelStream(
            answer, await BodyAsync(answer, answer.Content.Headers.ContentLength ?? 0, cancellation).ConfigureAwait(false));
    }

    /// <summary>Copies what is left of a model. What the destination throws goes to the caller as it is.</summary>
    public async Task CopyAsync(ModelStream model, Stream destination, CancellationToken cancellation)
    {
        var buffer = new byte[CopiedAtOnce];
        int read;
        while ((read = await GuardAsync(model.Content.ReadAsync(buffer, cancellation).AsTask(), cancellation).ConfigureAwait(false)) > 0)
            await destination.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Opens content that a task left on the node: a tar archive of its files. The caller bounds how much comes, and disposes the stream,
    /// which throws an <see cref="IOException"/> if it stalls.
    /// </summary>
    public async Task<Stream> OpenContentAsync(string content, CancellationToken cancellation)
    {
        var answer = await SendAsync(HttpMethod.Get, $"v1/content/{Uri.EscapeDataString(content)}", cancellation).ConfigureAwait(false);
        return await BodyAsync(answer, long.MaxValue, cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Opens what a run's program wrote on the node, all that is kept of it. The caller disposes the stream, which throws an
    /// <see cref="IOException"/> if it stalls, and an <see cref="InvalidDataException"/> if it has more than anybody would read.
    /// </summary>
    /// <param name="runner">The task runner.</param>
    /// <param name="run">The run.</param>
    /// <param name="stream"><c>stdout</c> or <c>stderr</c>.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Stream> OpenOutputAsync(string runner, long run, string stream, CancellationToken cancellation)
    {
        var answer = await SendAsync(HttpMethod.Get,
            string.Create(CultureInfo.InvariantCulture, $"{Runner(runner)}/runs/{run}/output/{stream}"), cancellation)
            .ConfigureAwait(false);
        return await BodyAsync(answer, MostOutputBytes, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static string Contract(string contract) => $"v1/contracts/{Uri.EscapeDataString(contract)}";

    private static string Runner(string runner) => $"v1/runners/{Uri.EscapeDataString(runner)}";

    private static string Paged(string path, string? after) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{path}?limit={Page<int>.MaxLimit}{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}");

    private async Task<EntryAnswer> PostAsync(string path, byte[] entry, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = JsonContent.Create(new EntryRequest(entry), ApiJson.Default.EntryRequest);
        using var answer = await SendAsync(request, cancellation).ConfigureAwait(false);
        return await ReadAsync(answer, ApiJson.Default.EntryAnswer, cancellation).ConfigureAwait(false);
    }

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> form, CancellationToken cancellation)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, cancellation).ConfigureAwait(false);
        return await ReadAsync(answer, form, cancellation).ConfigureAwait(false);
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage answer, JsonTypeInfo<T> form, CancellationToken cancellation)
    {
        var body = await BodyAsync(answer, MostAnswerBytes, cancellation).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
            return await GuardAsync(JsonSerializer.DeserializeAsync(body, form, cancellation).AsTask(), cancellation).ConfigureAwait(false)
                ?? throw new NodeClientException(ExitCode.Unexpected,
                    $"{Node} answered {answer.RequestMessage?.RequestUri?.AbsolutePath} with nothing.");
    }

    private async Task<Stream> BodyAsync(HttpResponseMessage answer, long mostBytes, CancellationToken cancellation) =>
        new AnswerStream(await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false), mostBytes, MostSilence);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path);
        return await SendAsync(request, cancellation).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(MostSilence);
        var answer = await GuardAsync(http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token), cancellation)
            .ConfigureAwait(false);
        if (answer.IsSuccessStatusCode)
            return answer;
        using (answer)
        {
            var problem = await ReadProblemAsync(answer, cancellation).ConfigureAwait(false);
            throw new NodeClientException(
                CodeOf(answer.StatusCode),
                problem?.Detail ?? $"{Node} answered with HTTP status {(int)answer.StatusCode}.");
        }
    }

    private static ExitCode CodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized or HttpStatusCode.Conflict => ExitCode.Denied,
        HttpStatusCode.NotFound => ExitCode.Usage,
        HttpStatusCode.ServiceUnavailable => ExitCode.Unreachable,
        _ => ExitCode.Unexpected,
    };

    // What the status says is known, also where no more comes.
    private async Task<ProblemDetails?> ReadProblemAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(MostSilence);
        try
        {
            var body = await BodyAsync(answer, MostProblemBytes, cancellation).ConfigureAwait(false);
            return await JsonSerializer.DeserializeAsync(body, ApiJson.Default.ProblemDetails, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException or InvalidDataException
            or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return null;
        }
    }

    private async Task<T> GuardAsync<T>(Task<T> work, CancellationToken cancellation)
    {
        try
        {
            return await work.ConfigureAwait(false);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw new NodeClientException(ExitCode.Unexpected, $"{Node} answered with something that is not understood: {e.Message}", e);
        }
        catch (HttpRequestException e) when (e.InnerException is AuthenticationException && objection is { } refused)
        {
            throw new NodeClientException(ExitCode.Identity, $"Nothing was asked of the node at {http.BaseAddress}: {refused}", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // A connection may break just when the caller gives up; he hears of that alone.
            cancellation.ThrowIfCancellationRequested();
            throw new NodeClientException(ExitCode.Unreachable,
                $"{Node} does not answer at {http.BaseAddress}: {e.InnerException?.Message ?? e.Message}", e);
        }
    }
}
