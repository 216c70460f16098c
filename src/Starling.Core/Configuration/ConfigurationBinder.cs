using System.Collections.Immutable;

namespace Starling.Core.Configuration;

/// <summary>
/// Reads settings from a tree and collects every mistake instead of stopping at the first. Whoever binds asks <see cref="Root"/> for each
/// setting by name; a name in the file that nobody asked for is a mistake too. After <see cref="Complete"/> the values that were handed out
/// count only if there is none.
/// </summary>
public sealed class ConfigurationBinder
{
    /// <summary>No more mistakes than this are reported.</summary>
    public const int MostMistakes = 100;

    private readonly List<Mistake> mistakes = [];
    private readonly List<SectionBinder> sections = [];
    private readonly List<EffectiveSetting> effective = [];

    /// <summary>Starts to bind a whole file.</summary>
    public ConfigurationBinder(ConfigurationTree tree)
        : this(tree.Root, "")
    {
    }

    /// <summary>Starts to bind a section that another binder left raw.</summary>
    /// <param name="section">The section.</param>
    /// <param name="path">Its path, for messages; empty for a whole file.</param>
    public ConfigurationBinder(ConfigurationSection section, string path) => Root = Add(section, path);

    /// <summary>The outermost section.</summary>
    public SectionBinder Root { get; }

    /// <summary>Every setting that was read, defaults filled in, in the order of reading.</summary>
    public ImmutableArray<EffectiveSetting> Effective => [.. effective];

    /// <summary>Every name that was asked for, given or not, sections too; items of lists as <c>peers[]</c>. Sorted.</summary>
    public ImmutableSortedSet<string> Asked => [.. sections.SelectMany(section => section.Asked)];

    /// <summary>
    /// Looks for names that nobody asked for; returns all mistakes by file, line and column, at most <see cref="MostMistakes"/>.
    /// </summary>
    public ImmutableArray<Mistake> Complete()
    {
        foreach (var section in sections)
            section.ReportUnknown();
        return [.. mistakes.OrderBy(m => m.File, StringComparer.Ordinal).ThenBy(m => m.Line).ThenBy(m => m.Position.Column)];
    }

    /// <summary>Whether as many mistakes are known as are reported: no further one need be looked for.</summary>
    internal bool HasEnough => mistakes.Count >= MostMistakes;

    internal SectionBinder Add(ConfigurationSection section, string path)
    {
        var binder = new SectionBinder(this, section, path);
        sections.Add(binder);
        return binder;
    }

    internal void Report(Mistake mistake)
    {
        if (mistakes.Count < MostMistakes)
            mistakes.Add(mistake);
    }

    internal void Record(EffectiveSetting setting) => effective.Add(setting);
}
