using Starling.Api;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;

namespace Starling.Cli.Control.Contexts;

/// <summary>The user's contexts. Exactly one is active as long as there is any.</summary>
/// <param name="Active">The active one's name; null if there is none.</param>
/// <param name="Contexts">All, by name.</param>
internal sealed record ContextBook(string? Active, IReadOnlyList<ControlContext> Contexts)
{
    /// <summary>The most contexts.</summary>
    public const int MostContexts = 1000;

    /// <summary>No contexts.</summary>
    public static readonly ContextBook Empty = new(null, []);

    /// <summary>The context of a name, or the active one.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public ControlContext Find(string? name)
    {
        var wanted = name ?? Active ?? throw new CommandException(
            ExitCode.Usage, "there is no context; make one with 'starling context create', or name a run of this machine with --run.");
        return Contexts.FirstOrDefault(context => context.Name == wanted)
            ?? throw new CommandException(ExitCode.Usage,
                UnknownName.Sentence("context", wanted, Contexts.Select(context => context.Name), "starling context list"));
    }

    /// <summary>The book with one more context, which becomes the active one if it is the first.</summary>
    /// <exception cref="CommandException">There is one of this name, or there are too many.</exception>
    public ContextBook With(ControlContext added)
    {
        if (Contexts.Any(context => context.Name == added.Name))
            throw new CommandException(ExitCode.Usage, $"there is a context '{added.Name}'; remove it first, or choose another name.");
        return Contexts.Count < MostContexts
            ? new ContextBook(Active ?? added.Name, [.. Contexts.Append(added).OrderBy(context => context.Name, StringComparer.Ordinal)])
            : throw new CommandException(ExitCode.Usage, $"there are {MostContexts} contexts; remove one first.");
    }

    /// <summary>The book with a context that took the place of the one of its name.</summary>
    public ContextBook Replace(ControlContext changed) =>
        this with { Contexts = [.. Contexts.Select(context => context.Name == changed.Name ? changed : context)] };

    /// <summary>The book with another active context.</summary>
    /// <exception cref="CommandException">There is none of this name.</exception>
    public ContextBook Switch(string name) => this with { Active = Find(name).Name };

    /// <summary>The book without a context. If that was the active one, the first of those that are left is.</summary>
    /// <exception cref="CommandException">There is none of this name.</exception>
    public ContextBook Without(string name)
    {
        var removed = Find(name);
        var left = Contexts.Where(context => context != removed).ToList();
        return new ContextBook(Active == removed.Name ? left.FirstOrDefault()?.Name : Active, left);
    }
}
