using System.Runtime.Loader;
using Starling.Fuzz.Coverage;

namespace Starling.Fuzz.Tests.Coverage;

public sealed class InstrumenterTests : IDisposable
{
    private const string Type = "Starling.Core.Identity.NodeId";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fuzz");
    private readonly AssemblyLoadContext context = new("counting", isCollectible: true);

    public void Dispose()
    {
        context.Unload();
        folder.Delete(recursive: true);
    }

    [Fact]
    public void An_instrumented_method_does_what_it_did_and_counts_which_way_it_went()
    {
        var count = Instrumenter.Instrument(AppContext.BaseDirectory, folder.FullName, "Starling.Core", ["Starling.Core.Identity."]);
        var sites = File.ReadAllLines(Instrumenter.SitesFile(folder.FullName, "Starling.Core")).Select(BranchSite.Parse).ToList();
        Assert.Equal(Enumerable.Range(0, count), sites.Select(site => site.Index));
        Assert.All(sites, site => Assert.StartsWith("Starling.Core.Identity.", site.Type, StringComparison.Ordinal));

        var assembly = context.LoadFromAssemblyPath(Path.Combine(folder.FullName, "Starling.Core.dll"));
        var hits = (byte[])assembly.GetType(Instrumenter.ClassName)!.GetField(Instrumenter.FieldName)!.GetValue(null)!;
        var parse = assembly.GetType(Type)!.GetMethod("TryParse")!;
        HashSet<int> Reached(string text, bool expected)
        {
            hits.AsSpan().Clear();
            Assert.Equal(expected, parse.Invoke(null, [text, null]));
            return [.. sites.Where(site => hits[site.Index] != 0 && site is { Type: Type, Method: "TryParse" }).Select(site => site.Index)];
        }

        var (good, other, bad) = (Reached("spiffe://a/b/c", true), Reached("spiffe://d/e/f", true), Reached("spiffe://a/b", false));
        Assert.Equal(good, other);
        Assert.NotEmpty(good.Except(bad));
        Assert.NotEmpty(bad.Except(good));
        Assert.Contains(sites, site => site is { IsBranch: true, File: "NodeId.cs", Method: "TryParse" });
    }

    [Fact]
    public void A_line_of_the_list_is_read_as_it_was_written()
    {
        var site = new BranchSite(7, Type, "TryParse", "NodeId.cs", 41, 1);
        Assert.Equal(site, BranchSite.Parse(site.Format()));
        Assert.Throws<FormatException>(() => BranchSite.Parse("7\t8"));
    }
}
