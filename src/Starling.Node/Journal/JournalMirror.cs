using System.Collections;
using Starling.Core.Ledger;

namespace Starling.Node.Journal;

/// <summary>
/// A contract's mirrored entries. They are read from the disk a page at a time while they are enumerated, since all of them may be more
/// than the memory holds.
/// </summary>
/// <param name="count">How many there are.</param>
/// <param name="read">Reads some of them, from a height on: one at least.</param>
internal sealed class JournalMirror(int count, Func<int, IReadOnlyList<VerifiedEntry>> read) : IReadOnlyCollection<VerifiedEntry>
{
    /// <inheritdoc/>
    public int Count => count;

    /// <inheritdoc/>
    public IEnumerator<VerifiedEntry> GetEnumerator() => Pages().SelectMany(page => page).Take(count).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerable<IReadOnlyList<VerifiedEntry>> Pages()
    {
        for (var height = 0; height < count;)
        {
            var page = read(height);
            height += page.Count;
            yield return page;
        }
    }
}
