using System.Text.Json;
using Starling.Cli.Commands;

namespace Starling.Cli.Tests.Commands;

public sealed class LedgerLogTests
{
    private static readonly LedgerLine Declined =
        new(7, "0123456789abcdef", "spiffe://a/b/one", 1, "Decline", "run 1: no\r     8  fake\u001b]52;c;eA==\u0007\u202E", null);

    /// <summary>Red if an operator's reason covers its line with another, or writes the clipboard of who reads the log.</summary>
    [Fact]
    public void A_reason_cannot_fake_a_line() =>
        Assert.Equal("     7  0123456789ab  Decline      one        run 1: no      8  fake\uFFFD]52;c;eA==\uFFFD\uFFFD", LedgerLog.Text(Declined));

    /// <summary>Red if the JSON form, which is not cleaned, holds a character that a terminal obeys.</summary>
    [Fact]
    public void The_JSON_form_escapes_them()
    {
        var json = JsonSerializer.Serialize(Declined, CliJson.Default.LedgerLine);
        Assert.All(json, c => Assert.InRange(c, ' ', '~'));
        Assert.Equal(Declined, JsonSerializer.Deserialize(json, CliJson.Default.LedgerLine));
    }
}
