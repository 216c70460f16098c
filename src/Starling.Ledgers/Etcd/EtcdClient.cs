using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Starling.Ledgers.Etcd.Wire;

namespace Starling.Ledgers.Etcd;

/// <summary>
/// Asks the members of an etcd cluster through their JSON gateway: one of them as long as it answers, then the next. May
/// be used by several threads.
/// </summary>
internal sealed class EtcdClient : IDisposable
{
    // A page of the largest values in base64, with room for their keys.
    private const int MaxAnswerBytes = 16 << 20;

    private static readonly TimeSpan ShortPause = TimeSpan.FromMilliseconds(50), LongPause = TimeSpan.FromMilliseconds(500);

    private readonly EtcdOptions options;
    private readonly HttpClient[] members;
    private readonly CancellationTokenSource[] stays;
    private readonly bool[] hasAnswered;
    private int current;
    private ulong cluster;

    /// <summary>Prepares to ask.</summary>
    /// <exception cref="LedgerUnavailableException">The certificates cannot be read.</exception>
    public EtcdClient(EtcdOptions options)
    {
        this.options = options;
        var connector = new EtcdConnector(options);
        members = [.. options.Endpoints.Select(connector.Client)];
        hasAnswered = new bool[members.Length];
        stays = [.. members.Select(_ => new CancellationTokenSource())];
    }

    /// <summary>Asks until a member answers, or patience is at its end.</summary>
    /// <exception cref="EtcdException">No member does what it is asked for.</exception>
    public async Task<TAnswer> AskAsync<TQuestion, TAnswer>(
        string path, TQuestion question, JsonTypeInfo<TQuestion> questions, JsonTypeInfo<TAnswer> answers, CancellationToken cancellation)
        where TAnswer : IEtcdAnswer
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(question, questions);
        var mayBeDone = false;
        using var patience = new CancellationTokenSource(options.Patience);
        for (var pass = 0; ; pass++)
        {
            var troubles = new List<EtcdException>();
            for (var i = 0; i < members.Length; i++)
            {
                var member = Volatile.Read(ref current);
                try
                {
                    return await AskMemberAsync(member, path, body, answers, cancellation).ConfigureAwait(false);
                }
                catch (EtcdException e) when (e.IsPassing)
                {
                    mayBeDone |= e.MayBeDone;
                    troubles.Add(e);
                    Leave(member);
                }
                catch (EtcdException e)
                {
                    if (e.Fault == EtcdFault.AnswerTooSlow)
                        Leave(member);
                    throw new EtcdException(e.Fault, e.Message, mayBeDone || e.MayBeDone, e);
                }
            }

            if (patience.IsCancellationRequested)
                throw Joined(troubles, mayBeDone);
            await Task.Delay(Pause(pass), cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Begins to watch at the member that is asked now.</summary>
    /// <exception cref="EtcdException">It does not begin.</exception>
    public async Task<EtcdWatch> WatchAsync(EtcdWatchStart start, CancellationToken cancellation)
    {
        var member = Volatile.Read(ref current);
        var left = Volatile.Read(ref stays[member]).Token;
        try
        {
            using var limit = Limit(cancellation);
            var body = JsonSerializer.SerializeToUtf8Bytes(new EtcdWatchRequest(start), EtcdJson.Default.EtcdWatchRequest);
            var response = await SendAsync(member, "v3/watch", body, limit).ConfigureAwait(false);
            return new EtcdWatch(await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false), left);
        }
        catch (Exception e) when (e is not EtcdException)
        {
            throw Explain(member, e, cancellation);
        }
    }

    /// <summary>Asks another member from now on, unless somebody has decided so already.</summary>
    /// <param name="member">The place of the one that failed; null for the one that is asked now.</param>
    public void Leave(int? member = null)
    {
        var from = member ?? Volatile.Read(ref current);
        if (Interlocked.CompareExchange(ref current, (from + 1) % members.Length, from) == from)
            Interlocked.Exchange(ref stays[from], new CancellationTokenSource()).Cancel();
    }

    /// <summary>A pause that grows with the tries, of random length: those who failed together must not try together again.</summary>
    public static TimeSpan Pause(int tries)
    {
        var longest = Math.Min(ShortPause.TotalMilliseconds * Math.Pow(2, Math.Min(tries, 16)), LongPause.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(longest * (0.5 + (Random.Shared.NextDouble() / 2)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var member in members)
            member.Dispose();
    }

    private async Task<TAnswer> AskMemberAsync<TAnswer>(int member, string path, byte[] body, JsonTypeInfo<TAnswer> answers,
        CancellationToken cancellation)
        where TAnswer : IEtcdAnswer
    {
        try
        {
            using var limit = Limit(cancellation);
            using var response = await SendAsync(member, path, body, limit).ConfigureAwait(false);
            var content = await ReadAsync(member, response, limit).ConfigureAwait(false);
            var answer = JsonSerializer.Deserialize(content, answers);
            if (answer?.Header is not { } header)
                throw new EtcdException(EtcdFault.Unexpected, $"{options.Endpoints[member]} answers as no member of etcd does",
                    mayBeDone: true);
            Recognise(member, header.ClusterId);
            hasAnswered[member] = true;
            return answer;
        }
        catch (Exception e) when (e is not EtcdException)
        {
            throw Explain(member, e, cancellation);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(int member, string path, byte[] body, CancellationTokenSource limit)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        // A member without a leader then says so at once, and ends its watches.
        request.Headers.Add("Grpc-Metadata-hasleader", "true");
        var response =
            await members[member].SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.OK)
            return response;
        using (response)
        {
            var content = await ReadAsync(member, response, limit).ConfigureAwait(false);
            throw EtcdTrouble.Refused(options.Endpoints[member], response.StatusCode, content);
        }
    }

    // A page of megabytes takes longer over a slow link than a member may take to answer: the limit begins anew with each block that comes,
    // up to a bound for all of them.
    private async Task<byte[]> ReadAsync(int member, HttpResponseMessage response, CancellationTokenSource limit)
    {
        using var stream = await response.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
        using var content = new MemoryStream();
        var buffer = new byte[64 << 10];
        var began = Stopwatch.GetTimestamp();
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer, limit.Token).ConfigureAwait(false)) > 0)
            {
                if (content.Length + read > MaxAnswerBytes)
                    throw new EtcdException(EtcdFault.AnswerTooLarge,
                        $"{options.Endpoints[member]} answers with more than {MaxAnswerBytes >> 20} MiB");
                content.Write(buffer, 0, read);
                var left = options.AnswerTimeout - Stopwatch.GetElapsedTime(began);
                limit.CancelAfter(left < TimeSpan.Zero ? TimeSpan.Zero : left < options.TryTimeout ? left : options.TryTimeout);
            }

            return content.ToArray();
        }
        catch (OperationCanceledException e) when (content.Length > 0)
        {
            throw new TimeoutException($"{content.Length >> 10} KiB in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.#} s", e);
        }
    }

    // Whoever answers first decides which cluster it is; what an other one says is not looked at.
    private void Recognise(int member, ulong id)
    {
        var known = Interlocked.CompareExchange(ref cluster, id, 0);
        if (known != 0 && known != id)
            throw new EtcdException(EtcdFault.OtherCluster,
                $"{options.Endpoints[member]} belongs to another cluster ({id:x}) than the members that answered before ({known:x}): take it out of the ledger's endpoints, or start it again with an empty folder as a member of theirs; if the cluster was restored from a snapshot, restart this node");
    }

    private CancellationTokenSource Limit(CancellationToken cancellation)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.TryTimeout);
        return limit;
    }

    // Whatever broke when nobody waits any more: who cancels hears of that alone.
    private EtcdException Explain(int member, Exception e, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        for (var cause = e; cause is not null; cause = cause.InnerException)
            if (cause is EtcdException known)
                return known;
        return e switch
        {
            OperationCanceledException => new EtcdException(
                EtcdFault.Unanswered, $"{options.Endpoints[member]} has not answered within {options.TryTimeout.TotalSeconds:0.#} s",
                mayBeDone: true, e),
            TimeoutException => new EtcdException(
                EtcdFault.AnswerTooSlow,
                $"{EtcdTrouble.Remedy(EtcdFault.AnswerTooSlow)} ({options.Endpoints[member]} has sent a part of its answer: {e.Message}).",
                mayBeDone: true, e),
            JsonException =>
                new EtcdException(EtcdFault.Unexpected, $"{options.Endpoints[member]} answers as no member of etcd does", mayBeDone: true,
                    e),
            _ => EtcdTrouble.Broken(options.Endpoints[member], hasAnswered[member], e),
        };
    }

    private static EtcdException Joined(List<EtcdException> troubles, bool mayBeDone)
    {
        var worst = troubles.FirstOrDefault(t => t.Fault == EtcdFault.NoLeader)
            ?? troubles.FirstOrDefault(t => t.Fault == EtcdFault.Unanswered) ?? troubles[0];
        var details = string.Join("; ", troubles.Select(t => t.Message).Distinct());
        return new EtcdException(worst.Fault, $"{EtcdTrouble.Remedy(worst.Fault)} ({details}).", mayBeDone, worst);
    }
}
