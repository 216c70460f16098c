using Starling.Cli.Terminal;

namespace Starling.Cli.Tests.Terminal;

public sealed class TextTableTests
{
    /// <summary>Red if a cell reaches the terminal raw, or adds a row of its own making.</summary>
    [Fact]
    public void A_cell_cannot_steer_the_terminal()
    {
        using var text = new StringWriter { NewLine = "\n" };
        var table = new TextTable("peer", "says");
        table.Add("clinic", "a\u001b[2J\u202Eb\nclinic  complete\rc");
        table.Write(text);
        Assert.Equal("peer    says\nclinic  a\uFFFD[2J\uFFFDb clinic  complete c\n", text.ToString());
    }
}
