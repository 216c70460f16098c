using Starling.Core.Configuration;

namespace Starling.Core.Tests.Configuration;

public sealed class ConfigurationTreeTests
{
    [Fact]
    public void AnOverrideReplacesOrAdds()
    {
        var (tree, mistakes) = ConfigurationTree.Empty("f").Override(["a.b=1", "a.b=2", "a.c=x=y", "d=[3, 4]", "e=[]"]);
        Assert.Empty(mistakes);
        var a = Assert.IsType<ConfigurationSection>(tree.Root.Find("a")!.Value);
        Assert.Equal("2", Assert.IsType<ConfigurationText>(a.Find("b")!.Value).Value);
        Assert.Equal("x=y", Assert.IsType<ConfigurationText>(a.Find("c")!.Value).Value);
        Assert.Equal(2, a.Entries.Length);
        Assert.Equal(["3", "4"],
            Assert.IsType<ConfigurationList>(tree.Root.Find("d")!.Value).Items.Cast<ConfigurationText>().Select(text => text.Value));
        Assert.Empty(Assert.IsType<ConfigurationList>(tree.Root.Find("e")!.Value).Items);
    }

    [Fact]
    public void AnUnknownPathIsFoundByTheBinderWithTheNearestName()
    {
        var (tree, _) = ConfigurationTree.Empty("f").Override(["data.foldr=x"]);
        var binder = new ConfigurationBinder(tree);
        _ = binder.Root.Section("data").OptionalText("folder");
        Assert.Equal("--set data.foldr: data.foldr is not a setting; did you mean 'folder'?", Assert.Single(binder.Complete()).ToString());
    }

    [Theory]
    [InlineData("rounds", "--set rounds: rounds has no value; write --set path=value.")]
    [InlineData("=3", "--set : is no path; write names with a dot between them, such as training.rounds.")]
    [InlineData("a..b=3", "--set a..b: a..b is no path; write names with a dot between them, such as training.rounds.")]
    [InlineData("a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a=3",
        "--set a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a: a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a is no path; write names with a dot between them, such as training.rounds.")]
    [InlineData("seed.x=3", "--set seed.x: seed.x leads through a setting that is a value, not a section.")]
    public void AWrongOverrideIsAMistake(string assignment, string expected)
    {
        var (tree, _) = ConfigurationTree.Empty("f").Override(["seed=1"]);
        Assert.Equal(expected, Assert.Single(tree.Override([assignment]).Mistakes).ToString());
    }

    [Fact]
    public void QuotesAreShortAndPrintable()
    {
        Assert.Equal(63, Mistake.Shorten(new string('x', 1_000_000)).Length);
        Assert.Equal("a\uFFFDb c", Mistake.Shorten("a\u001bb\nc"));
    }

    /// <summary>Red if an item is set under a name of its own, or one past the end is made up.</summary>
    [Fact]
    public void AnItemOfAListIsSetByItsNumber()
    {
        var (tree, mistakes) =
            ConfigurationTree.Empty("f").Override(["peers[0].node=a", "peers[1].node=b", "peers[0].node=c", "x=[1, 2]", "x[1]=3"]);
        Assert.Empty(mistakes);
        var peers = Assert.IsType<ConfigurationList>(tree.Root.Find("peers")!.Value).Items.Cast<ConfigurationSection>();
        Assert.Equal(["c", "b"], peers.Select(peer => ((ConfigurationText)peer.Find("node")!.Value).Value));
        Assert.Equal(["1", "3"],
            Assert.IsType<ConfigurationList>(tree.Root.Find("x")!.Value).Items.Select(item => ((ConfigurationText)item).Value));
        Assert.Equal(
            "--set peers[3].node: peers[3].node leads past the end of a list, whose items are counted from 0, or through a setting that is none.",
            Assert.Single(tree.Override(["peers[3].node=d"]).Mistakes).ToString());
    }
}
