using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Starling.Daemon.Http;

/// <summary>
/// Which part of a list a caller wants. Its cursor is the key of the last item that the caller has, so that items that come and go between
/// two pages neither repeat nor hide others.
/// </summary>
/// <param name="After">The key behind which to begin; empty for the beginning.</param>
/// <param name="Limit">The most items.</param>
internal sealed record PageRequest(string After, int Limit)
{
    private const int LongestCursor = 512;

    // What an operator says may be long: a page ends early rather than grow beyond this by more than one item.
    private const int FullPage = 1 << 20;

    /// <summary>Reads <c>after</c> and <c>limit</c> of a request; what is wrong with them was answered if this returns false.</summary>
    public static bool TryRead(HttpContext context, [NotNullWhen(true)] out PageRequest? page, out Task answered)
    {
        (page, answered) = (null, Task.CompletedTask);
        var (limit, after) = (context.Request.Query["limit"].ToString(), context.Request.Query["after"].ToString());
        var most = Api.Page<int>.DefaultLimit;
        if (limit.Length > 0
            && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out most) || most is < 1 or > Api.Page<int>.MaxLimit))
            answered = Problem.BadRequestAsync(context, $"'limit' must be a whole number from 1 to {Api.Page<int>.MaxLimit}.");
        else if (Decode(after) is not { } key)
            answered = Problem.BadRequestAsync(context, "'after' must be the 'next' of an earlier page, or absent.");
        else
            page = new PageRequest(key, most);
        return page is not null;
    }

    /// <summary>The part of a list that is wanted.</summary>
    /// <param name="items">The list, in any order.</param>
    /// <param name="key">An item's key: the list is sorted by it, as ordinals.</param>
    /// <param name="describe">What the API says of an item; called for those of the page alone.</param>
    /// <param name="size">About how many bytes that takes; null if no item is long.</param>
    public Api.Page<TAnswer> Of<TItem, TAnswer>(IEnumerable<TItem> items, Func<TItem, string> key, Func<TItem, TAnswer> describe,
        Func<TAnswer, int>? size = null)
    {
        var answers = new List<TAnswer>();
        var (last, bytes) = (After, 0);
        foreach (var (name, item) in items.Select(item => (key(item), item)).Where(pair => string.CompareOrdinal(pair.Item1, After) > 0)
            .OrderBy(pair => pair.Item1, StringComparer.Ordinal))
        {
            if (answers.Count == Limit || bytes >= FullPage)
                return new Api.Page<TAnswer>(answers, Encode(last));
            answers.Add(describe(item));
            bytes += size?.Invoke(answers[^1]) ?? 0;
            last = name;
        }

        return new Api.Page<TAnswer>(answers, null);
    }

    private static string Encode(string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));

    private static string? Decode(string cursor)
    {
        if (cursor.Length > LongestCursor || !Base64Url.IsValid(cursor))
            return null;
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Base64Url.DecodeFromChars(cursor));
        }
        catch (Exception e) when (e is DecoderFallbackException or FormatException)
        {
            return null;
        }
    }
}
