using System.Text;
using Microsoft.AspNetCore.Http;
using Starling.Daemon.Http;

namespace Starling.Daemon.Tests;

public sealed class PageRequestTests
{
    private static readonly string[] Letters = ["d", "b", "a", "c", "e"];

    /// <summary>Red if a page repeats or leaves out an item, or if the last page names a next one.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(6)]
    public void Pages_together_are_the_sorted_list(int limit)
    {
        var read = new List<string>();
        for (string? after = ""; after is not null;)
        {
            var page = Read(after, $"{limit}")!.Of(Letters, letter => letter, letter => letter.ToUpperInvariant());
            Assert.InRange(page.Items.Count, 1, limit);
            read.AddRange(page.Items);
            after = page.Next;
        }

        Assert.Equal(["A", "B", "C", "D", "E"], read);
    }

    /// <summary>Red if the cursor is a position: what goes in front of it would hide an item.</summary>
    [Fact]
    public void An_item_that_goes_between_two_pages_hides_no_other()
    {
        var first = Read("", "2")!.Of(Letters, letter => letter, letter => letter);
        var second = Read(first.Next!, "2")!.Of(Letters.Where(letter => letter is not ("a" or "b")), letter => letter, letter => letter);
        Assert.Equal(["c", "d"], second.Items);
    }

    /// <summary>Red if long items pile up in one page.</summary>
    [Fact]
    public void A_page_of_long_items_ends_early()
    {
        var page = Read("", "500")!.Of(Letters, letter => letter, letter => letter, _ => 700 << 10);
        Assert.Equal(["a", "b"], page.Items);
        Assert.NotNull(page.Next);
    }

    [Theory]
    [InlineData("", "0", "limit")]
    [InlineData("", "501", "limit")]
    [InlineData("", "-1", "limit")]
    [InlineData("", "many", "limit")]
    [InlineData("?", "", "after")]
    [InlineData("gICA", "", "after")]
    public async Task A_page_that_makes_no_sense_is_answered(string after, string limit, string words)
    {
        var context = Request(after, limit);
        Assert.False(PageRequest.TryRead(context, out _, out var answered));
        await answered;
        Assert.Equal(400, context.Response.StatusCode);
        Assert.Contains($"'{words}'",
            Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray()).Replace("\\u0027", "'", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    private static PageRequest? Read(string after, string limit) =>
        PageRequest.TryRead(Request(after, limit), out var page, out _) ? page : null;

    private static DefaultHttpContext Request(string after, string limit)
    {
        var context = new DefaultHttpContext();
        context.Response.Body = new MemoryStream();
        context.Request.QueryString = QueryString.Create(
            [KeyValuePair.Create<string, string?>("after", after), KeyValuePair.Create<string, string?>("limit", limit)]);
        return context;
    }
}
