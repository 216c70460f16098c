using System.Globalization;
using Starling.Api;
using Starling.Cli.Commands;
using Starling.Cli.Models;
using Starling.Cli.Terminal;
using Starling.Cli.Tests.Control;

namespace Starling.Cli.Tests.Commands;

/// <summary>Downloads of a model that break off, and those of another model than was asked for.</summary>
public sealed class ModelDownloadCommandTests : IDisposable
{
    private const int Size = 300_000, Half = Size / 2;

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("starling-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Target => Path.Combine(folder.FullName, "model.safetensors");

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>
    /// Red if what was got before is asked for again, or a part of another round's model is taken for one of this; or if what a node sends
    /// that begins anew is put behind what was there.
    /// </summary>
    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_download_that_broke_off_goes_on_where_it_was(bool knowsRanges)
    {
        var (model, blob) = Model(1);
        var asked = 0;
        await using var node = new ScriptedNode((_, to, cancellation) => Interlocked.Increment(ref asked) switch
        {
            1 => AnswerAsync(to, blob, model, sent: Half, cancellation),
            2 => AnswerAsync(to, blob, model, sent: Size, cancellation),
            _ when knowsRanges => AnswerRestAsync(to, blob, model, cancellation),
            _ => AnswerAsync(to, blob, model, sent: Size, cancellation),
        });
        using var client = node.Client(Silence);
        var broken = await Assert.ThrowsAsync<NodeClientException>(() => TakeAsync(client));
        Assert.Equal(ExitCode.Unreachable, broken.ExitCode);
        Assert.Equal(Half, Assert.Single(folder.GetFiles()).Length);

        var report = await TakeAsync(client);
        Assert.Equal(["", "", string.Create(CultureInfo.InvariantCulture, $"If-Range: \"{blob}\", Range: bytes={Half}-")], node.Ranges);
        Assert.Equal((blob, Size, Half), (report.Model, report.Bytes, report.Resumed));
        Assert.Equal(model, await File.ReadAllBytesAsync(Target, Cancellation));
        Assert.Single(folder.GetFiles());
    }

    /// <summary>
    /// Red if a model is kept that is not the one that the node says it is, or if what is left of it spoils the next try.
    /// </summary>
    [Fact(Timeout = 60_000)]
    public async Task Another_model_than_the_node_names_is_not_kept()
    {
        var ((model, blob), (other, _)) = (Model(1), Model(2));
        var sent = other;
        await using var node = new ScriptedNode((_, to, cancellation) => AnswerAsync(to, blob, sent, Size, cancellation));
        using var client = node.Client(Silence);
        var refused = await Assert.ThrowsAsync<CommandException>(() => TakeAsync(client));
        Assert.Equal(ExitCode.CheckFailed, refused.ExitCode);
        Assert.Contains($"sent another model than {blob}", refused.Message, StringComparison.Ordinal);
        Assert.Empty(folder.GetFiles());

        sent = model;
        Assert.Equal(0, (await TakeAsync(client)).Resumed);
        Assert.Equal(model, await File.ReadAllBytesAsync(Target, Cancellation));
    }

    /// <summary>Red if the rest of a round's model is put behind a part of the one before.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_round_that_ends_in_between_is_told_and_its_model_is_got_whole()
    {
        var ((model, blob), (later, laterBlob)) = (Model(1), Model(2));
        var asked = 0;
        await using var node = new ScriptedNode((_, to, cancellation) => Interlocked.Increment(ref asked) switch
        {
            1 => AnswerAsync(to, blob, model, sent: Half, cancellation),
            2 => AnswerAsync(to, blob, model, sent: Size, cancellation),
            _ => AnswerAsync(to, laterBlob, later, sent: Size, cancellation),
        });
        using var client = node.Client(Silence);
        await Assert.ThrowsAsync<NodeClientException>(() => TakeAsync(client));
        var told = await Assert.ThrowsAsync<CommandException>(() => TakeAsync(client));
        Assert.Equal(ExitCode.Unreachable, told.ExitCode);
        Assert.Contains("has committed another round meanwhile; try again", told.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Target));

        var report = await TakeAsync(client);
        Assert.Equal((laterBlob, 0), (report.Model, report.Resumed));
        Assert.Equal(later, await File.ReadAllBytesAsync(Target, Cancellation));
    }

    private Task<ModelDownloadReport> TakeAsync(NodeClient client) =>
        ModelDownloadCommand.DownloadAsync(client, "trial", Target, Cancellation);

    private (byte[] Bytes, string Blob) Model(int seed)
    {
        var bytes = new byte[Size];
        new Random(seed).NextBytes(bytes);
        var file = Path.Combine(folder.FullName, "measured");
        File.WriteAllBytes(file, bytes);
        var blob = ModelDigest.Of(file).ToString();
        File.Delete(file);
        return (bytes, blob);
    }

    private static async Task AnswerAsync(Stream to, string blob, byte[] model, int sent, CancellationToken cancellation)
    {
        await ScriptedNode.BeginAsync(to, "200 OK", cancellation, $"ETag: \"{blob}\"\r\nContent-Length: {model.Length}\r\n");
        await to.WriteAsync(model.AsMemory(0, sent), cancellation);
    }

    private static async Task AnswerRestAsync(Stream to, string blob, byte[] model, CancellationToken cancellation)
    {
        await ScriptedNode.BeginAsync(to, "206 Partial Content", cancellation,
            $"ETag: \"{blob}\"\r\nContent-Range: bytes {Half}-{model.Length - 1}/{model.Length}\r\nContent-Length: {model.Length - Half}\r\n");
        await to.WriteAsync(model.AsMemory(Half), cancellation);
    }
}
