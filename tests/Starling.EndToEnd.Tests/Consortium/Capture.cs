using System.Buffers.Binary;
using System.Diagnostics;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests.Consortium;

/// <summary>All that goes over a network interface, by <c>tcpdump</c>.</summary>
internal sealed class Capture : IAsyncDisposable
{
    private const int FileHeader = 24, PacketHeader = 16, Ethernet = 14;

    private readonly Process process;
    private readonly string file;

    private Capture(Process process, string file) => (this.process, this.file) = (process, file);

    /// <summary>A packet of TCP.</summary>
    /// <param name="At">When it was seen, in UTC.</param>
    /// <param name="Length">Its length on the wire, bytes.</param>
    /// <param name="From">The port that it came from.</param>
    /// <param name="To">The port that it went to.</param>
    /// <param name="Payload">What it carried.</param>
    internal sealed record Packet(DateTime At, int Length, int From, int To, ReadOnlyMemory<byte> Payload);

    /// <summary>Begins, and returns when packets are being taken.</summary>
    /// <param name="space">The namespace; null for this machine's own.</param>
    /// <param name="device">The interface.</param>
    /// <param name="file">Where packets are kept.</param>
    /// <param name="filter">Which packets, in tcpdump's language.</param>
    public static async Task<Capture> StartAsync(string? space, string device, string file, string filter)
    {
        string[] inside = space is null ? [] : ["ip", "netns", "exec", space],
            words =
                [.. inside, "tcpdump", "-i", device, "-w", file, "-U", "--immediate-mode", "-s", "0", "-B", "65536", "-Z", "root", filter];
        var process = Process.Start(new ProcessStartInfo(words[0], words.Skip(1)) { RedirectStandardError = true })!;
        LastWill.Include(process);
        while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            if (line.Contains("listening on", StringComparison.Ordinal))
                return new Capture(process, file);
        process.Dispose();
        throw new InvalidOperationException("tcpdump ended before it took a packet.");
    }

    /// <summary>Ends it.</summary>
    /// <returns>What tcpdump says of packets that it took and dropped.</returns>
    public async Task<string> StopAsync()
    {
        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        var words = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return words;
    }

    /// <summary>The packets of TCP over IPv4, in order.</summary>
    public IEnumerable<Packet> Packets()
    {
        var bytes = Read(file).AsMemory();
        for (var at = FileHeader; at + PacketHeader <= bytes.Length;)
        {
            var header = bytes.Span[at..];
            var seconds = BinaryPrimitives.ReadUInt32LittleEndian(header);
            var micros = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            var kept = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
            var length = BinaryPrimitives.ReadInt32LittleEndian(header[12..]);
            var frame = bytes.Slice(at + PacketHeader, Math.Min(kept, bytes.Length - at - PacketHeader));
            at += PacketHeader + kept;
            if (Read(frame, DateTime.UnixEpoch.AddSeconds(seconds).AddMicroseconds(micros), length) is { } packet)
                yield return packet;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await GuardedProcess.EndAsync(process);
        process.Dispose();
    }

    // It may still be written.
    private static byte[] Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static Packet? Read(ReadOnlyMemory<byte> frame, DateTime at, int length)
    {
        var bytes = frame.Span;
        if (bytes.Length < Ethernet + 40 || BinaryPrimitives.ReadUInt16BigEndian(bytes[12..]) != 0x0800 || bytes[Ethernet + 9] != 6)
            return null;
        var tcp = Ethernet + ((bytes[Ethernet] & 15) * 4);
        var payload = tcp + ((bytes[tcp + 12] >> 4) * 4);
        return new Packet(
            at, length, BinaryPrimitives.ReadUInt16BigEndian(bytes[tcp..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[(tcp + 2)..]),
            payload < frame.Length ? frame[payload..] : default);
    }
}
