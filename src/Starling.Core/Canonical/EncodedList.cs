using System.Collections;

namespace Starling.Core.Canonical;

/// <summary>
/// A list that stays the bytes it came in and makes an item whenever it is asked for one. What a stranger lists may be refused before
/// anybody looks at it, and as objects it would take several times its bytes.
/// </summary>
/// <param name="bytes">The items one after another, passed over before, so that reading them does not fail.</param>
/// <param name="count">How many there are.</param>
/// <param name="read">Reads one.</param>
internal sealed class EncodedList<T>(ReadOnlyMemory<byte> bytes, int count, CanonicalReader.Item<T> read) : IReadOnlyCollection<T>
{
    public int Count => count;

    public IEnumerator<T> GetEnumerator()
    {
        var rest = bytes;
        for (var i = 0; i < count; i++)
            yield return Next(ref rest);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private T Next(ref ReadOnlyMemory<byte> rest)
    {
        var reader = new CanonicalReader(rest.Span);
        var item = read(ref reader);
        rest = rest[^reader.Remaining..];
        return item;
    }
}
