using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Simulation.Tracing;

/// <summary>
/// What happened, one line an event and an effect, and the SHA-256 over all of it. Two runs of one seed are the same run if and only if
/// these are equal. The hash is of the text that a person reads with <c>--trace</c>.
/// </summary>
/// <param name="print">Receives each line; null for nobody.</param>
/// <param name="observer">Is told of it; null for nobody.</param>
internal sealed class TraceLog(Action<string>? print, ISimulationObserver? observer = null) : IDisposable
{
    private const int FlushAt = 1 << 14;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> pending = new(2 * FlushAt);
    private readonly StringBuilder line = new(256);

    /// <summary>What a node is told.</summary>
    public void Told(TimeSpan at, string node, Input input)
    {
        Begin(at, node).Append("<- ");
        InputText.Write(line, input);
        End();
    }

    /// <summary>What a node asks for.</summary>
    public void Asked(TimeSpan at, string node, Effect effect)
    {
        Begin(at, node).Append("-> ");
        EffectText.Write(line, effect);
        End();
    }

    /// <summary>What a node tells of the contract that is watched.</summary>
    public void Tell(TimeSpan at, string node, NodeEvent told) => observer?.Told(at, node, told);

    /// <summary>What the world does.</summary>
    public void Note(TimeSpan at, string who, string what)
    {
        Begin(at, who).Append("** ").Append(what);
        End();
        observer?.Noted(at, who, what);
    }

    /// <summary>The digest of everything so far.</summary>
    public Digest Hash()
    {
        Flush();
        return new Digest(hash.GetCurrentHash());
    }

    public void Dispose() => hash.Dispose();

    private StringBuilder Begin(TimeSpan at, string who)
    {
        line.Clear();
        return line.Append(CultureInfo.InvariantCulture, $"{at.Ticks / 10_000_000}.{at.Ticks % 10_000_000:0000000} ").Append(who)
            .Append(' ');
    }

    private void End()
    {
        print?.Invoke(line.ToString());
        line.Append('\n');
        foreach (var chunk in line.GetChunks())
            Encoding.UTF8.GetBytes(chunk.Span, pending);
        if (pending.WrittenCount >= FlushAt)
            Flush();
    }

    private void Flush()
    {
        hash.AppendData(pending.WrittenSpan);
        pending.ResetWrittenCount();
    }
}
