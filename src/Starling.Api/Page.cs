namespace Starling.Api;

/// <summary>A part of a list, in its order.</summary>
/// <param name="Items">The next items; empty at the end.</param>
/// <param name="Next">What to pass as <c>after</c> for the items behind these; null if there are none. Its form is the
/// node's own matter.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>How many items a page has if the caller does not say.</summary>
    public const int DefaultLimit = 100;

    /// <summary>The most items of a page.</summary>
    public const int MaxLimit = 500;
}
