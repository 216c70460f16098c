using System.Text;
using Starling.Core.Configuration;
using Starling.Core.Kernel;
using Starling.Learning.Experiments;

namespace Starling.Learning.Tests.Experiments;

public sealed class YamlTreeReaderTests
{
    [Fact]
    public void SectionsListsAndTextsKeepTheirPlaces()
    {
        var root = Read("f.yaml", "# comment\nname: 'digits: x'\ndata:\n  split: { by: class, k: 3 }\nlist: [1, two]\nempty:\n").Root;
        Assert.Equal(["name", "data", "list", "empty"], root.Entries.Select(entry => entry.Key));
        Assert.Equal(new ConfigurationText(new SourcePosition("f.yaml", 2, 7), "digits: x"), root.Find("name")!.Value);
        var split = (ConfigurationSection)((ConfigurationSection)root.Find("data")!.Value).Find("split")!.Value;
        Assert.Equal(new SourcePosition("f.yaml", 4, 23), split.Find("k")!.Position);
        Assert.Equal(["1", "two"],
            ((ConfigurationList)root.Find("list")!.Value).Items.Cast<ConfigurationText>().Select(text => text.Value));
        Assert.Equal("", ((ConfigurationText)root.Find("empty")!.Value).Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("---\n...\n")]
    public void AnEmptyFileHasNoSettings(string yaml) => Assert.Empty(Read("f", yaml).Root.Entries);

    [Theory]
    [InlineData("a: 1\nb: 2\na: 3\n", "f:3: a is given twice, first on line 1; keep one.")]
    [InlineData("a: 1\na: 3\na: 4\n", "f:2: a is given twice, first on line 1; keep one.")]
    [InlineData("a: &x 1\nb: 2\n", "f:1: a has an anchor, which is not read; write the value out wherever it is needed.")]
    [InlineData("a: 1\nb: *x\n", "f:2: an alias is not read; write the value out.")]
    [InlineData("a: !!int 1\n", "f:1: a has a tag, which is not read; take it out.")]
    [InlineData("a: 1\n---\nb: 2\n", "f:2: begins a second document; put one experiment into a file.")]
    [InlineData("- 1\n", "f:1: is not a list of settings; write name: value on each line.")]
    [InlineData("just text\n", "f:1: is not a list of settings; write name: value on each line.")]
    [InlineData("? [a]\n: 1\n", "f:1: has a name that is no text; write name: value.")]
    public void WhatIsNotReadIsNamed(string yaml, string expected) =>
        Assert.Equal(expected, Assert.Throws<ConfigurationException>(() => Read("f", yaml)).Message);

    // What the YAML library answers with exceptions of its own.
    [Theory]
    [InlineData("!![")]
    [InlineData("!!] :")]
    [InlineData("a: \"\\ud83d\\u0041\"\n")]
    [InlineData("\"\\UD800d8000")]
    public void AnUnfitTagOrEscapeIsNotYaml(string yaml) =>
        Assert.Contains("is not YAML", Assert.Single(Assert.Throws<ConfigurationException>(() => Read("f", yaml)).Mistakes).Message,
            StringComparison.Ordinal);

    // The library reads 1,024 characters at a time, and does not return for half a minute from a directive that ends with them.
    [Theory]
    [InlineData("%YA ", 1023, 0)]
    [InlineData("%YA ", 1024, 0)]
    [InlineData("%YA ", 1025, 0)]
    [InlineData("a: b\r%YA ", 1024, 1)]
    public async Task ATextMayEndWithADirective(string begin, int length, int values)
    {
        var read = Task.Run(() => Read("f", begin.PadRight(length, 'a')), TestContext.Current.CancellationToken);
        Assert.Equal(values, (await read.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).Root.Entries.Length);
    }

    // A name is written once, and must not be paid for again with each value below it.
    [Fact]
    public void ALongNameAboveManyValuesCostsNoMoreThanAShortOne()
    {
        var values = $"[{string.Join(',', Enumerable.Repeat("a", 5000))}]\n";
        Assert.InRange(Allocated($"? {new string('k', 10_000)}\n: {values}") - Allocated($"k: {values}"), 0, 1 << 20);
    }

    [Fact]
    public void ManyUnknownNamesCostNoMoreThanTheHundredThatAreReported()
    {
        string Names(int count) => string.Concat(Enumerable.Range(0, count).Select(i => $"k{i}: 1\n"));
        var (some, many) = (Bound(Names(1000)), Bound(Names(4000)));
        Assert.InRange(many - some, -50_000, 50_000);

        static long Bound(string yaml)
        {
            var tree = Read("f", yaml);
            return Cost(() => Assert.Throws<ConfigurationException>(() => ExperimentReader.Read(tree)));
        }
    }

    [Fact]
    public void MoreValuesThanAConfigurationHasAreRefused()
    {
        var yaml = $"a: [{string.Join(',', Enumerable.Repeat("a", YamlBounds.Experiment.Values))}]\n";
        Assert.Contains("has more than 8,192 values", Assert.Throws<ConfigurationException>(() => Read("f", yaml)).Message,
            StringComparison.Ordinal);
        Read("f", $"a: [{string.Join(',', Enumerable.Repeat("a", 1000))}]\n");
    }

    [Theory]
    [InlineData(8_192, 1)]
    [InlineData(32_768, 8)]
    public void ManyValuesNeedALongText(int most, int charactersEach)
    {
        string List(int values) => $"a: [{string.Concat(Enumerable.Repeat("a".PadRight(charactersEach) + ",", values))}]\n";
        YamlTreeReader.Read("f", List(most - 3), YamlBounds.Node);
        Assert.Contains($"has more than {most:N0} values", Assert.Throws<ConfigurationException>(
            () => YamlTreeReader.Read("f", List(most - 2), YamlBounds.Node)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EachRepeatedNameIsNamedOnceInTheOrderOfTheFile()
    {
        var mistakes = Assert.Throws<ConfigurationException>(() => Read("f", "z: 1\nb: 1\nz: { c: 1, c: 2 }\nb: 2\nz: 3\n")).Mistakes;
        Assert.Equal(["f:3: z is given twice, first on line 1; keep one.", "f:3: z.c is given twice, first on line 3; keep one.",
            "f:4: b is given twice, first on line 2; keep one."], mistakes.Select(mistake => mistake.ToString()).Order());
        Assert.Equal([3, 3, 4], mistakes.Select(mistake => mistake.Line));
    }

    // Small sections cost most of all that a file can hold.
    [Theory]
    [InlineData("{},")]
    [InlineData("a: b,")]
    [InlineData("a,")]
    public void AnExperimentCostsAtMostSixMebibytes(string item)
    {
        var yaml = $"a: [{string.Concat(Enumerable.Repeat(item, (YamlBounds.Experiment.Bytes / item.Length) - 4))}]\n";
        Assert.InRange(Cost(() => Assert.Throws<ConfigurationException>(() => Read("f", yaml))), 1 << 20, 6 << 20);
    }

    [Fact]
    public void TwoSectionsMayUseOneNameAndOneMayNot()
    {
        Assert.Equal(2, Read("f", "a: { x: 1 }\nb: { x: 1, y: { x: 1 } }\n").Root.Entries.Length);
        var mistakes = Assert.Throws<ConfigurationException>(() => Read("f", "a: { x: 1, y: { x: 1 }, x: 2 }\n")).Mistakes;
        Assert.Contains("a.x is given twice, first on line 1", Assert.Single(mistakes).ToString(), StringComparison.Ordinal);
    }

    private static ConfigurationTree Read(string file, string yaml) => YamlTreeReader.Read(file, yaml, YamlBounds.Experiment);

    private static long Allocated(string yaml) => Cost(() => Read("f", yaml));

    private static long Cost(Action action)
    {
        action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [Theory]
    [InlineData("a: 1\nb: [1, 2\nc: 3\n", 2)]
    [InlineData("a: 1\n  b: 2\n", 2)]
    [InlineData("a: 'x\n", 1)]
    [InlineData("a: 1\nb: \"\\q\"\n", 2)]
    public void BrokenYamlNamesItsLine(string yaml, int line)
    {
        var mistake = Assert.Single(Assert.Throws<ConfigurationException>(() => Read("f", yaml)).Mistakes);
        Assert.Contains("is not YAML", mistake.Message, StringComparison.Ordinal);
        Assert.InRange(mistake.Line, line, line + 1);
    }

    [Fact]
    public void ATabIsNamed() => Assert.Equal(
        "f:2: is indented by a tab; indent by spaces.", Assert.Throws<ConfigurationException>(() => Read("f", "a:\n\tb: 1\n")).Message);

    [Fact]
    public void WhateverIsDoneToAFileItIsReadOrRefused()
    {
        var whole = File.ReadAllText(RepositoryFiles.Find("examples", "digits.yaml"));
        var random = new SeededRandom(5);
        const string Bits = "{}[]:,-?&*!|>'\"%@`#\t\n \\\0\u0085\ufeffa1";
        var refused = 0;
        for (var i = 0; i < 3000; i++)
        {
            var text = whole.ToCharArray();
            for (var change = random.Next(6); change >= 0; change--)
                text[random.Next(text.Length)] = Bits[random.Next(Bits.Length)];
            try
            {
                _ = ExperimentReader.Read(Read("f", new string(text, 0, random.Next(text.Length))));
            }
            catch (ConfigurationException e)
            {
                Assert.NotEmpty(e.Mistakes);
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 3000);
    }

    [Fact]
    public void DuplicatesAreAllListed()
    {
        var mistakes = Assert.Throws<ConfigurationException>(() => Read("f", "a: {x: 1, x: 2}\nb: 1\nb: 2\n")).Mistakes;
        Assert.Equal(["a.x", "b"], mistakes.Select(mistake => mistake.Path));
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    [InlineData('-')]
    public void DeepNestingIsRefusedEarly(char opening)
    {
        var yaml = opening == '-'
            ? string.Concat(Enumerable.Repeat("- ", 50_000))
            : "a: " + string.Concat(Enumerable.Repeat(opening == '[' ? "[" : "{a: ", 30_000));
        var e = Assert.Throws<ConfigurationException>(() => Read("f", yaml));
        Assert.Contains("is nested deeper than 16 levels; make it flatter", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FilesAreBoundedAndFound()
    {
        using var folder = new TemporaryFolder();
        var large = folder.Write("large.yaml", Encoding.UTF8.GetBytes("a: " + new string('x', YamlBounds.Experiment.Bytes)));
        Assert.Contains("is larger than 128 KiB",
            Assert.Throws<ConfigurationException>(() => YamlTreeReader.ReadFile(large, YamlBounds.Experiment)).Message,
            StringComparison.Ordinal);
        Assert.Contains("is larger than 128 KiB", Assert.Throws<ConfigurationException>(
            () => Read("f", new string(' ', YamlBounds.Experiment.Bytes + 1))).Message, StringComparison.Ordinal);
        var foreign = folder.Write("foreign.yaml", [0x61, 0x3A, 0x20, 0xFF]);
        Assert.Equal($"{foreign}: is not UTF-8 text; save it as UTF-8.",
            Assert.Throws<ConfigurationException>(() => YamlTreeReader.ReadFile(foreign, YamlBounds.Experiment)).Message);
        var missing = Path.Combine(folder.Path, "none.yaml");
        Assert.Equal($"{missing}: there is no such file; correct the path.",
            Assert.Throws<ConfigurationException>(() => YamlTreeReader.ReadFile(missing, YamlBounds.Experiment)).Message);
        Assert.Contains("cannot be read",
            Assert.Throws<ConfigurationException>(() => YamlTreeReader.ReadFile(folder.Path, YamlBounds.Experiment)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsWrittenIsReadBackEqual()
    {
        var tree = Read("f", "a: 'x: \"y\" \\ é'\nb: { c: [1, [2, { d: '' }], {}], e: {} }\n'f g': { h: 1 }\n");
        var again = Read("f", YamlTreeWriter.Write(tree));
        Assert.Equal(YamlTreeWriter.Write(tree), YamlTreeWriter.Write(again));
        Assert.Equal("x: \"y\" \\ é", ((ConfigurationText)again.Root.Find("a")!.Value).Value);
        Assert.Equal(2, again.Root.Find("b")!.Value is ConfigurationSection section ? section.Entries.Length : 0);
        Assert.Equal("1",
            again.Root.Find("f g")!.Value is ConfigurationSection inner ? ((ConfigurationText)inner.Find("h")!.Value).Value : "");
    }
}
