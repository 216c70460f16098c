using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Starling.Core.Configuration;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Starling.Learning.Experiments;

/// <summary>
/// Reads the plain part of YAML 1.2 into a tree: sections, lists and texts with their places. Refused by name: anchors and aliases (whose
/// expansion could grow without bound), tags, duplicate keys, several documents, and whatever is too large or too deep.
/// </summary>
public static class YamlTreeReader
{
    /// <summary>The deepest nesting of sections and lists.</summary>
    public const int Deepest = 16;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bounds">How large it may be.</param>
    /// <exception cref="ConfigurationException">It is missing, too large, or not such YAML.</exception>
    public static ConfigurationTree ReadFile(string path, YamlBounds bounds)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var bytes = new byte[bounds.Bytes + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length > bounds.Bytes
                ? throw TooLarge(path, bounds)
                : Read(path, new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, length), bounds);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Refuse(new SourcePosition(path, 0, 0), "there is no such file; correct the path");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refuse(new SourcePosition(path, 0, 0),
                $"cannot be read ({e.Message.TrimEnd('.')}); check that it is a file and that you may read it");
        }
        catch (DecoderFallbackException)
        {
            throw Refuse(new SourcePosition(path, 0, 0), "is not UTF-8 text; save it as UTF-8");
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="file">What messages call it.</param>
    /// <param name="text">The YAML.</param>
    /// <param name="bounds">How large it may be.</param>
    /// <exception cref="ConfigurationException">It is too large, or not such YAML.</exception>
    public static ConfigurationTree Read(string file, string text, YamlBounds bounds)
    {
        if (text.Length > bounds.Bytes)
            throw TooLarge(file, bounds);
        var mistakes = new List<Mistake>();

        // The library may never return from a directive that the text ends in the midst of, so no text ends in the midst of a line.
        var parser = new YamlEvents(new Parser(new StringReader(text.EndsWith('\n') ? text : text + '\n')));
        try
        {
            var root = new Builder(file, parser, mistakes, bounds.ValuesOf(text.Length)).ReadDocument();
            return mistakes.Count == 0
                ? new ConfigurationTree(file, root)
                : throw new ConfigurationException([.. mistakes.OrderBy(mistake => mistake.Line)]);
        }
        catch (YamlException e)
        {
            throw NotYaml(e.Start, e.Message.TrimEnd('.'));
        }

        ConfigurationException NotYaml(Mark at, string why)
        {
            var (line, column) = ((int)at.Line, (int)at.Column);
            var tab = TabLine(text, line);
            var message = tab > 0
                ? "is indented by a tab; indent by spaces"
                : $"is not YAML: {Mistake.Shorten(why)}; check indentation, brackets and quotes";
            return new ConfigurationException(
                [.. mistakes, new Mistake(new SourcePosition(file, tab > 0 ? tab : line, tab > 0 ? 1 : column), "", message)]);
        }
    }

    /// <summary>The first line from a given one on that a tab indents, among the next two; 0 if none does.</summary>
    private static int TabLine(string text, int from)
    {
        var line = 0;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var content = text.AsSpan(range);
            if (++line >= Math.Max(1, from) && content[..^content.TrimStart().Length].Contains('\t'))
                return line;
            if (line > from)
                break;
        }

        return 0;
    }

    private static ConfigurationException TooLarge(string file, YamlBounds bounds) =>
        Refuse(new SourcePosition(file, 0, 0), $"is larger than {bounds.Bytes / 1024} KiB; it holds settings, not data");

    private static ConfigurationException Refuse(SourcePosition position, string message) => new([new Mistake(position, "", message)]);

    private sealed class Builder(string file, YamlEvents parser, List<Mistake> mistakes, int mostValues)
    {
        private readonly ConfigurationPath path = new();

        // What was read of the lists and sections that are still open, the innermost last: a small file of many small sections would
        // otherwise cost two arrays for each.
        private readonly List<ConfigurationNode> items = [];
        private readonly List<ConfigurationEntry> entries = [];
        private int values;

        public ConfigurationSection ReadDocument()
        {
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
                return ConfigurationTree.Empty(file).Root;
            parser.Consume<DocumentStart>();
            var node = ReadNode(Next(), 1);
            parser.Consume<DocumentEnd>();
            if (parser.Accept<DocumentStart>(out var second))
                throw Refuse(At(second.Start), "begins a second document; put one experiment into a file");
            return node switch
            {
                ConfigurationSection section => section,
                ConfigurationText { Value: "" } => ConfigurationTree.Empty(file).Root,
                _ => throw Refuse(node.Position, "is not a list of settings; write name: value on each line"),
            };
        }

        private NodeEvent Next() => parser.Accept<AnchorAlias>(out var alias)
            ? throw Refuse(At(alias.Start), "an alias is not read; write the value out")
            : parser.Consume<NodeEvent>();

        private ConfigurationNode ReadNode(NodeEvent start, int depth)
        {
            var at = At(start.Start);
            if (!start.Anchor.IsEmpty)
                throw RefuseHere(at, "has an anchor, which is not read; write the value out wherever it is needed");
            if (!start.Tag.IsEmpty && !start.Tag.IsNonSpecific)
                throw RefuseHere(at, "has a tag, which is not read; take it out");
            if (start is not Scalar && depth > Deepest)
                throw RefuseHere(at, $"is nested deeper than {Deepest} levels; make it flatter");
            if (++values > mostValues)
                throw Refuse(at,
                    string.Create(CultureInfo.InvariantCulture, $"has more than {mostValues:N0} values; it holds settings, not data"));
            return start switch
            {
                Scalar scalar => new ConfigurationText(at, scalar.Value, scalar.Style == ScalarStyle.Literal),
                SequenceStart => new ConfigurationList(at, ReadItems(depth)),
                MappingStart => new ConfigurationSection(at, ReadEntries(depth)),
                _ => throw Refuse(at, "is not YAML that is read here"),
            };
        }

        private ImmutableArray<ConfigurationNode> ReadItems(int depth)
        {
            var first = items.Count;
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                path.Enter(items.Count - first);
                items.Add(ReadNode(Next(), depth + 1));
                path.Leave();
            }

            return Take(items, first);
        }

        private ImmutableArray<ConfigurationEntry> ReadEntries(int depth)
        {
            var first = entries.Count;
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var start = Next();
                if (ReadNode(start, depth + 1) is not ConfigurationText { Value: var key })
                    throw RefuseHere(At(start.Start), "has a name that is no text; write name: value");
                path.Enter(key);
                entries.Add(new ConfigurationEntry(key, At(start.Start), ReadNode(Next(), depth + 1)));
                path.Leave();
            }

            NoteRepeated(first);
            return Take(entries, first);
        }

        // By sorting places: a table of the names would take several times what they take in the file.
        private void NoteRepeated(int first)
        {
            if (entries.Count - first < 2)
                return;
            var places = new int[entries.Count - first];
            for (var i = 0; i < places.Length; i++)
                places[i] = first + i;
            Array.Sort(places, (a, b) =>
                string.CompareOrdinal(entries[a].Key, entries[b].Key) is not 0 and var order ? order : a.CompareTo(b));
            for (var i = 1; i < places.Length && mistakes.Count < ConfigurationBinder.MostMistakes; i++)
            {
                var (before, at) = (entries[places[i - 1]], entries[places[i]]);
                // Once is enough, however often it is repeated.
                if (before.Key != at.Key || (i > 1 && entries[places[i - 2]].Key == at.Key))
                    continue;
                path.Enter(at.Key);
                mistakes.Add(new Mistake(at.Position, path.ToString(), $"is given twice, first on line {before.Position.Line}; keep one"));
                path.Leave();
            }
        }

        private static ImmutableArray<T> Take<T>(List<T> stack, int first)
        {
            var taken = ImmutableArray.Create(CollectionsMarshal.AsSpan(stack)[first..]);
            stack.RemoveRange(first, taken.Length);
            return taken;
        }

        private ConfigurationException RefuseHere(SourcePosition position, string message) =>
            new([new Mistake(position, path.ToString(), message)]);

        private SourcePosition At(Mark mark) => new(file, (int)mark.Line, (int)mark.Column);
    }
}
