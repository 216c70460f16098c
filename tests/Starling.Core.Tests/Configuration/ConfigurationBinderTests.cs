using Starling.Core.Configuration;
using Starling.Core.Identity;

namespace Starling.Core.Tests.Configuration;

public sealed class ConfigurationBinderTests
{
    private enum Colour
    {
        Red,
        DarkBlue,
    }

    [Fact]
    public void EveryTypeIsReadFromText()
    {
        var digest = Digest.Of([1]);
        var root = Binder(
            ("text", "hello"), ("whole", "-7"), ("number", "2.5e-1"), ("truth", "true"), ("span", "1m30s"), ("bytes", "4MiB"),
            ("colour", "darkBlue"),
            ("digest", digest.ToString()), ("node", "spiffe://a/b/c"), ("wholes", new[] { "1", "2" }), ("numbers", new[] { "0.5" }),
            ("texts", new[] { "x", "y" }))
            .Root;
        Assert.Equal("hello", root.Text("text"));
        Assert.Equal(-7, root.Whole("whole", null, -10, 10));
        Assert.Equal(0.25, root.Number("number", null, 0, 1));
        Assert.True(root.Truth("truth", null));
        Assert.Equal(TimeSpan.FromSeconds(90), root.Span("span", null, TimeSpan.Zero, TimeSpan.MaxValue));
        Assert.Equal(4 << 20, root.Bytes("bytes", null, 0, long.MaxValue));
        Assert.Equal(Colour.DarkBlue, root.Choice<Colour>("colour", null));
        Assert.Equal(digest, root.Digest("digest"));
        Assert.Equal("c", root.Node("node").Name);
        Assert.Equal([1L, 2L], root.Wholes("wholes", null, 0, 2));
        Assert.Equal([0.5], root.Numbers("numbers", null, 0, 1));
        Assert.Equal(["x", "y"], root.Texts("texts", null));
    }

    [Fact]
    public void AllMistakesAreReportedAtOnceByPlace()
    {
        var binder = Binder(
            ("colour", "dakrBlue"), ("rounds", "many"), ("grace", "2 weeks"), ("peers", "9"), ("list", "1"), ("inner", "1"),
            ("syncIntervall", "3"), ("empty", ""), ("deep", new[] { "1" }));
        var root = binder.Root;
        Assert.Equal(Colour.Red, root.Choice<Colour>("colour", Colour.Red));
        Assert.Equal(5, root.Whole("rounds", 5, 1, 10));
        Assert.Equal(TimeSpan.FromSeconds(1), root.Span("grace", TimeSpan.FromSeconds(1), TimeSpan.Zero, TimeSpan.FromDays(1)));
        Assert.Equal(3, root.Whole("peers", 3, 2, 8));
        Assert.Equal(0, root.Whole("missing", null, 2, 8));
        _ = root.Wholes("list", [], 0, 1);
        _ = root.Section("inner");
        _ = root.Whole("syncInterval", 3, 1, 10);
        _ = root.Truth("empty", false);
        _ = root.Text("deep", "x");
        Assert.Equal(
        [
            "file.yaml:1: missing is missing; give it a value.",
            "file.yaml:1: colour is 'dakrBlue', not one of red, darkBlue; did you mean 'darkBlue'?",
            "file.yaml:2: rounds is 'many', not a whole number.",
            "file.yaml:3: grace is '2 weeks', not a duration such as 500ms, 2s or 1m30s.",
            "file.yaml:4: peers is 9; it must lie between 2 and 8.",
            "file.yaml:5: list must be a list of at most 1024 values such as [a, b].",
            "file.yaml:6: inner must be a section of named settings.",
            "file.yaml:7: syncIntervall is not a setting; did you mean 'syncInterval'?",
            "file.yaml:8: empty has no value; give it true or false.",
            "file.yaml:9: deep must be a single value: a text.",
        ],
        binder.Complete().Select(mistake => mistake.ToString()));
    }

    [Fact]
    public void AnUnknownNameWithoutNeighboursListsWhatThereIs()
    {
        var binder = Binder(("zebra", "1"));
        _ = binder.Root.Whole("rounds", 1, 1, 2);
        binder.Root.Ignore("seed");
        var mistake = Assert.Single(binder.Complete());
        Assert.Null(mistake.Nearest);
        Assert.Equal("file.yaml:1: zebra is not a setting; there are rounds, seed.", mistake.ToString());
    }

    [Fact]
    public void NestedSectionsHaveFullPaths()
    {
        var inner = new ConfigurationSection(At(2), [Entry("by", "clas", 2), Entry("alpah", "1", 3)]);
        var binder =
            new ConfigurationBinder(new ConfigurationTree("file.yaml", new ConfigurationSection(At(1), [new("split", At(2), inner)])));
        var split = binder.Root.Section("split");
        _ = split.Choice("by", null, ["iid", "class"]);
        _ = split.Number("alpha", 1, 0, 1);
        Assert.Equal(["split.by", "split.alpah"], binder.Complete().Select(mistake => mistake.Path));
        Assert.Equal(["class", "alpha"], binder.Complete().Take(2).Select(mistake => mistake.Nearest));
        Assert.Equal("split.alpha=1", Assert.Single(binder.Effective).ToString());
    }

    [Fact]
    public void ListsCheckEachItem()
    {
        var binder = Binder(("hidden", new[] { "64", "x", "0" }));
        Assert.Equal([64L], binder.Root.Wholes("hidden", null, 1, 100));
        Assert.Equal(2, binder.Complete().Length);
        var missing = Binder();
        Assert.Empty(missing.Root.Wholes("hidden", null, 1, 100));
        Assert.Contains("is missing", Assert.Single(missing.Complete()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SectionsOfAListAreNumbered()
    {
        ConfigurationNode item = new ConfigurationSection(At(1), [Entry("nmae", "x", 4)]);
        var binder = new ConfigurationBinder(new ConfigurationTree("file.yaml",
            new ConfigurationSection(At(1), [new("members", At(1), new ConfigurationList(At(1), [item]))])));
        _ = Assert.Single(binder.Root.Sections("members")).OptionalText("name");
        var mistake = Assert.Single(binder.Complete());
        Assert.Equal("members[0].nmae", mistake.Path);
        var wrong = Binder(("members", "x"));
        Assert.Empty(wrong.Root.Sections("members"));
        Assert.Single(wrong.Complete());
    }

    [Fact]
    public void ARawSectionIsLeftToAnotherBinder()
    {
        var inner = new ConfigurationSection(At(1), [Entry("whatever", "x", 2)]);
        var binder =
            new ConfigurationBinder(new ConfigurationTree("file.yaml", new ConfigurationSection(At(1), [new("simulation", At(1), inner)])));
        var raw = binder.Root.Raw("simulation");
        Assert.Empty(binder.Complete());
        var second = new ConfigurationBinder(raw!, "simulation");
        Assert.Equal("simulation.whatever", Assert.Single(second.Complete()).Path);
        Assert.Null(Binder().Root.Raw("simulation"));
    }

    [Fact]
    public void AFloodOfMistakesIsCut()
    {
        var binder = Binder([.. Enumerable.Range(0, 5000).Select(i => ($"k{i}", (object)"1"))]);
        Assert.Equal(ConfigurationBinder.MostMistakes, binder.Complete().Length);
    }

    [Fact]
    public void EffectiveSettingsSayWhatIsDefault()
    {
        var binder = Binder(("rounds", "3"));
        _ = binder.Root.Whole("rounds", 5, 1, 10);
        _ = binder.Root.Span("grace", TimeSpan.FromMilliseconds(1500), TimeSpan.Zero, TimeSpan.MaxValue);
        _ = binder.Root.Wholes("hidden", [1, 2], 0, 9);
        Assert.Equal(
        [
            new EffectiveSetting("rounds", "3", false), new EffectiveSetting("grace", "1s500ms", true),
            new EffectiveSetting("hidden", "[1, 2]", true),
        ],
        binder.Effective);
    }

    private static SourcePosition At(int line) => new("file.yaml", line, 1);

    private static ConfigurationEntry Entry(string key, string value, int line) =>
        new(key, At(line), new ConfigurationText(At(line), value));

    private static ConfigurationBinder Binder(params (string Key, object Value)[] settings) =>
        new(new ConfigurationTree("file.yaml", new ConfigurationSection(
        new SourcePosition("file.yaml", 1, 0),
        [
            .. settings.Select((setting, i) => new ConfigurationEntry(setting.Key, At(i + 1), setting.Value is string text
                ? new ConfigurationText(At(i + 1), text)
                : new ConfigurationList(At(i + 1),
                    [.. ((string[])setting.Value).Select(item => (ConfigurationNode)new ConfigurationText(At(i + 1), item))]))),
        ])));
}
