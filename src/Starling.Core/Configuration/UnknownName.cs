namespace Starling.Core.Configuration;

/// <summary>What is said of a name that names nothing.</summary>
public static class UnknownName
{
    private const int MostListed = 16;

    /// <summary>One sentence: that there is no such thing, which was probably meant, what there is, and what lists it.</summary>
    /// <param name="kind">What kind of thing, such as <c>task</c>.</param>
    /// <param name="written">The name.</param>
    /// <param name="known">The names that there are.</param>
    /// <param name="command">The command that lists them all; null if none does.</param>
    /// <param name="note">What else is known of the name; empty for nothing.</param>
    public static string Sentence(string kind, string written, IEnumerable<string> known, string? command, string note = "")
    {
        var names = known.ToList();
        var more = names.Count - MostListed;
        var listed = string.Join(", ", names.Take(MostListed).Select(Mistake.Shorten));
        var there = names.Count == 0 ? "there is none yet" : more > 0 ? $"there are {listed} and {more} more" : $"there are {listed}";
        var told = NearestName.Of(written, names) is { } nearest ? $"; did you mean '{Mistake.Shorten(nearest)}'? T{there[1..]}" : $"; {there}";
        var lists = command is null || names.Count == 0 ? "" : $"; '{command}' lists them";
        return $"there is no {kind} '{Mistake.Shorten(written)}'{note}{told}{lists}.";
    }
}
