using System.Buffers.Binary;

namespace Starling.Learning.Data;

/// <summary>The head of an IDX file of unsigned bytes.</summary>
/// <param name="Rows">Its first dimension.</param>
/// <param name="Columns">The product of the others.</param>
/// <param name="Start">Where the elements begin.</param>
internal sealed record IdxHeader(int Rows, int Columns, int Start)
{
    private const byte UnsignedByte = 8;

    /// <summary>Reads it.</summary>
    /// <param name="name">What messages call the file.</param>
    /// <param name="stream">The file, at its start.</param>
    /// <param name="most">How many bytes it can have at most.</param>
    /// <param name="limits">Its bounds.</param>
    /// <exception cref="DataException">It is malformed, or asks for more than there may be.</exception>
    public static IdxHeader Read(string name, Stream stream, long most, DataLimits limits)
    {
        var header = new byte[4];
        Fill(name, stream, header, 0);
        if (header is not [0, 0, UnsignedByte, >= 1 and <= 4])
            throw new DataException($"{name}, offset 0: starts with {Convert.ToHexString(header)}, not with 000008 and 1 to 4 dimensions; use an IDX file of unsigned bytes.");
        var dimensions = new byte[4 * header[3]];
        Fill(name, stream, dimensions, 4);
        var rows = BinaryPrimitives.ReadUInt32BigEndian(dimensions);
        var columns = 1L;
        for (var i = 4; i < dimensions.Length; i += 4)
        {
            columns *= BinaryPrimitives.ReadUInt32BigEndian(dimensions.AsSpan(i));
            if (columns == 0 || columns > limits.Columns)
                throw new DataException($"{name}, offset {4 + i}: asks for {columns:N0} columns; between 1 and {limits.Columns:N0} are read, so check that the file is whole.");
        }

        if (rows > limits.Rows || rows * columns > limits.Values)
            throw new DataException($"{name}, offset 4: asks for {rows:N0} rows of {columns:N0}; at most {limits.Rows:N0} rows and {limits.Values:N0} values are read, so use a part of the data.");
        var start = 4 + dimensions.Length;
        if (start + (rows * columns) > most)
            throw new DataException(
                $"{name}, offset 4: asks for {rows:N0} rows of {columns:N0}, more than a file of this length can hold; fetch it again.");
        return new IdxHeader((int)rows, (int)columns, start);
    }

    /// <summary>Reads as many bytes as there is room for.</summary>
    /// <exception cref="DataException">The file ends before.</exception>
    public static void Fill(string name, Stream stream, Span<byte> bytes, long offset)
    {
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read < bytes.Length)
            throw new DataException(
                $"{name}, offset {offset + read}: ends here, {bytes.Length - read:N0} bytes too early; fetch it again.");
    }

    /// <summary>Throws if there is more than the elements.</summary>
    public void End(string name, Stream stream)
    {
        if (stream.ReadByte() >= 0)
            throw new DataException($"{name}, offset {Start + ((long)Rows * Columns)}: goes on behind its {Rows:N0} rows; fetch it again.");
    }
}
