using Starling.Cli.Shells;

namespace Starling.Cli.Tests.Shells;

public sealed class LineEditorTests
{
    /// <summary>Red if a key moves the cursor or the text wrongly. ^ marks the cursor.</summary>
    [Theory]
    [InlineData("abc", "abc^")]
    [InlineData("abc{Left}{Left}x", "ax^bc")]
    [InlineData("abc{Home}x{End}y", "xabcy^")]
    [InlineData("abc{Left}{Backspace}", "a^c")]
    [InlineData("{Backspace}a", "a^")]
    [InlineData("abc{Home}{Delete}{Delete}", "^c")]
    [InlineData("abc{Delete}{Right}", "abc^")]
    [InlineData("{Up}", "second^")]
    [InlineData("{Up}{Up}{Up}", "first^")]
    [InlineData("new{Up}{Up}{Down}{Down}{Down}", "new^")]
    [InlineData("{Up}x{Up}{Down}", "second^")]
    public void Keys_write_a_line(string keys, string expected)
    {
        var editor = new LineEditor(["first", "second"]);
        foreach (var key in Keys(keys))
            Assert.Equal(LineState.Open, editor.Take(key));
        Assert.Equal(expected, editor.Text.Insert(editor.Cursor, "^"));
    }

    [Fact]
    public void Enter_is_the_end_of_a_line_and_control_keys_give_it_up()
    {
        var editor = new LineEditor([]);
        Assert.Equal(LineState.Ended, editor.Take(Control(ConsoleKey.D)));
        editor.Take(new ConsoleKeyInfo('a', ConsoleKey.A, false, false, false));
        Assert.Equal(LineState.Open, editor.Take(Control(ConsoleKey.D)));
        Assert.Equal(LineState.Done, editor.Take(new ConsoleKeyInfo('\r', ConsoleKey.Enter, false, false, false)));
        Assert.Equal(LineState.GivenUp, editor.Take(Control(ConsoleKey.C)));
        Assert.Equal("", editor.Text);
    }

    private static ConsoleKeyInfo Control(ConsoleKey key) => new('\0', key, false, false, control: true);

    private static IEnumerable<ConsoleKeyInfo> Keys(string text)
    {
        for (var i = 0; i < text.Length; i++)
            if (text[i] != '{')
            {
                yield return new ConsoleKeyInfo(text[i], ConsoleKey.None, false, false, false);
            }
            else
            {
                var end = text.IndexOf('}', i);
                var name = text[(i + 1)..end];
                yield return new ConsoleKeyInfo('\0',
                    Enum.Parse<ConsoleKey>(name is "Left" or "Right" or "Up" or "Down" ? name + "Arrow" : name), false, false, false);
                i = end;
            }
    }
}
