namespace Starling.Api;

/// <summary>A model on its way from a node.</summary>
/// <param name="answer">The answer; disposed with this.</param>
/// <param name="content">Its body.</param>
public sealed class ModelStream(HttpResponseMessage answer, Stream content) : IAsyncDisposable
{
    /// <summary>The model's blob id, in hexadecimal; empty if the node did not say.</summary>
    public string Blob => answer.Headers.ETag?.Tag.Trim('"') ?? "";

    /// <summary>The first byte that is sent: 0 if the node begins anew.</summary>
    public long From => answer.Content.Headers.ContentRange?.From ?? 0;

    /// <summary>How long the whole model is, in bytes.</summary>
    public long Length => answer.Content.Headers.ContentRange?.Length ?? answer.Content.Headers.ContentLength ?? 0;

    /// <summary>The bytes from <see cref="From"/> on.</summary>
    public Stream Content => content;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await content.DisposeAsync().ConfigureAwait(false);
        answer.Dispose();
    }
}
