namespace Starling.Repository.Tests.Sources;

/// <summary>Assertions over a rule's findings.</summary>
internal static class Finding
{
    /// <summary>Fails with every finding, one a line.</summary>
    public static void None(IEnumerable<string> findings)
    {
        var all = findings.ToList();
        Assert.True(all.Count == 0, string.Join(Environment.NewLine, all));
    }
}
