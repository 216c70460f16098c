using System.Text;

namespace Starling.Node.Tests.Tasks;

/// <summary>An archive that is put together block by block, and goes on with zeros for ever.</summary>
internal sealed class StrangersArchive : Stream
{
    private readonly MemoryStream blocks = new();

    /// <summary>How much was taken.</summary>
    public long Taken { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Adds a header with the data that it is about; the data may be shorter than the header says.</summary>
    public StrangersArchive Add(char type, string name, long length, string data = "")
    {
        var header = new byte[512];
        Put(0, name);
        Put(100, "0000644\0" + "0000000\0" + "0000000\0" + Convert.ToString(length, 8).PadLeft(11, '0') + "\0" + "00000000000\0" + "        ");
        Put(156, type.ToString());
        Put(257, type is 'L' or 'K' ? "ustar  \0" : "ustar\0" + "00");
        Put(148, Convert.ToString(header.Sum(letter => letter), 8).PadLeft(6, '0') + "\0 ");
        blocks.Write(header);
        blocks.Write(Encoding.UTF8.GetBytes(data));
        blocks.Write(new byte[(512 - (blocks.Length % 512)) % 512]);
        return this;

        void Put(int at, string text) => Encoding.ASCII.GetBytes(text).CopyTo(header, at);
    }

    /// <summary>Adds a file whose name stands in a header before it, as POSIX has it.</summary>
    public StrangersArchive AddNamed(string name)
    {
        var line = $" path={name}\n";
        var length = line.Length + 2;
        return Add('x', "header", length, $"{length}{line}").Add('0', "file", 0);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var at = (int)Math.Min(Taken, blocks.Length);
        var count = Math.Min(buffer.Length, (int)blocks.Length - at);
        if (count == 0)
            buffer.Span.Clear();
        blocks.GetBuffer().AsSpan(at, count).CopyTo(buffer.Span);
        count = count == 0 ? buffer.Length : count;
        Taken += count;
        return ValueTask.FromResult(count);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
