using System.Xml.Linq;
using Starling.Cli.Reports;

namespace Starling.Cli.Tests.Reports;

public sealed class MarkupTests
{
    [Fact]
    public void Text_and_attributes_come_back_as_they_were()
    {
        const string Hostile = "</title><script>alert('x')</script>&amp;\"'";
        var page = new Markup().Open("svg", ("aria-label", Hostile)).Leaf("title", Hostile).Close().ToString();
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        var read = XElement.Parse(page);
        Assert.Equal(Hostile, (string?)read.Attribute("aria-label"));
        Assert.Equal(Hostile, read.Element("title")!.Value);
    }

    [Theory]
    [InlineData('\0')]
    [InlineData('\u001b')]
    [InlineData('\u202e')]
    [InlineData('\u200b')]
    [InlineData('\uffff')]
    [InlineData('\ud800')]
    public void What_cannot_be_seen_is_shown_as_such(char hidden)
    {
        var read = XElement.Parse(new Markup().Leaf("p", $"node{hidden}1").ToString());
        Assert.Equal("node\uFFFD1", read.Value);
    }

    [Fact]
    public void A_text_that_is_too_long_is_cut()
    {
        var read = XElement.Parse(new Markup().Leaf("p", new string('x', 100_000)).ToString());
        Assert.Equal(Markup.LongestText + 1, read.Value.Length);
        Assert.EndsWith("x…", read.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void An_element_that_is_not_ended_is_a_fault() =>
        Assert.Throws<InvalidOperationException>(() => new Markup().Open("p").ToString());

    [Fact]
    public void A_style_sheet_cannot_end_its_element() =>
        Assert.Throws<ArgumentException>(() => new Markup().Style("p { content: '</style>' }"));
}
