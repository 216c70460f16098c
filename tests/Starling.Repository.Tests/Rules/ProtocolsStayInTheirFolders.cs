using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests.Rules;

/// <summary>
/// A sync protocol besides the default one is named in its own folder and in the registry, and nowhere else below src/: whatever nodes,
/// simulator and command line know of it goes through the interface. Else the interface would be none.
/// </summary>
internal static class ProtocolsStayInTheirFolders
{
    private const string Home = "src/Starling.Core/Training/Participation/";
    private const string Registry = Home + "SyncProtocols.cs";
    private static readonly string[] Protocols = ["Gossip"];

    /// <summary>Finds each line elsewhere that names one, in whatever case.</summary>
    public static IEnumerable<string> Check(IEnumerable<SourceFile> files)
    {
        foreach (var file in files.Where(file => file.Path.StartsWith("src/", StringComparison.Ordinal) && file.Path != Registry))
            foreach (var protocol in Protocols.Where(protocol => !file.Path.StartsWith($"{Home}{protocol}/", StringComparison.Ordinal)))
                for (var line = 0; line < file.Lines.Count; line++)
                    if (file.Lines[line].Contains(protocol, StringComparison.OrdinalIgnoreCase))
                        yield return $"{file.Path}:{line + 1}: the protocol {protocol} is named outside its folder; go through ISyncProtocol";
    }
}
