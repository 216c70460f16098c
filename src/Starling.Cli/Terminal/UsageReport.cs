using System.CommandLine;
using System.CommandLine.Parsing;
using Starling.Api;
using Starling.Core.Configuration;

namespace Starling.Cli.Terminal;

/// <summary>Says what is wrong with a command line: each mistake in a sentence, with the name that was probably meant.</summary>
internal static class UsageReport
{
    /// <summary>
    /// Whether the command line has a mistake. A misspelt option among files is taken for a file by the parser; it is one here.
    /// </summary>
    public static bool HasMistake(ParseResult parsed) =>
        parsed.Errors.Count > 0 || StrayOptions(parsed).Any() || OptionValues.Mistakes(parsed).Any();

    /// <summary>Writes the mistakes.</summary>
    /// <returns>What the process exits with.</returns>
    public static ExitCode Write(ParseResult parsed, TextWriter error)
    {
        var command = parsed.CommandResult.Command;
        var name = FullName(parsed.CommandResult);
        var unknown = parsed.UnmatchedTokens.Concat(StrayOptions(parsed)).ToList();
        foreach (var token in unknown)
            error.WriteLine($"error: {Unknown(token, command, parsed.CommandResult, name)}");
        if (unknown.Count == 0 && command.Subcommands.Count > 0)
            error.WriteLine($"error: '{name}' needs one of {string.Join(", ", command.Subcommands.Select(sub => sub.Name))} behind it.");
        else if (unknown.Count == 0)
            foreach (var message in Values(parsed, name).Distinct(StringComparer.Ordinal))
                error.WriteLine($"error: {message}");
        error.WriteLine($"'{name} --help' shows how it is used.");
        return ExitCode.Usage;
    }

    // What the parser says of values names types; what it says besides, such as that an option is missing, stands as it is.
    private static IEnumerable<string> Values(ParseResult parsed, string name)
    {
        var mistaken = OptionValues.Mistakes(parsed).ToList();
        var few = parsed.CommandResult.Children.OfType<ArgumentResult>()
            .Where(given => given.Tokens.Count > 0 && given.Tokens.Count < given.Argument.Arity.MinimumNumberOfValues).ToList();
        var explained = few.Concat<SymbolResult>(mistaken.Select(mistake => mistake.Option)).ToHashSet();
        return mistaken.Select(mistake => mistake.Sentence)
            .Concat(few.Select(given => $"'{name}' needs {given.Argument.Arity.MinimumNumberOfValues} {given.Argument.Name} at least, and '{string.Join(' ', given.Tokens)}' is {given.Tokens.Count}."))
            .Concat(parsed.Errors.Where(mistake => mistake.SymbolResult is null || !explained.Contains(mistake.SymbolResult))
                .Select(mistake => mistake.Message));
    }

    private static IEnumerable<string> StrayOptions(ParseResult parsed) =>
        parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens)
            .Select(token => token.Value).Where(token => token.StartsWith("--", StringComparison.Ordinal));

    private static string Unknown(string token, Command command, CommandResult result, string name)
    {
        var isOption = token.StartsWith('-');
        var known = isOption ? Options(result) : command.Subcommands.Select(sub => sub.Name);
        var what = isOption ? "an option" : command.Subcommands.Count > 0 ? "a command" : "an argument";
        var hint = NearestName.Of(token.Split('=', ':')[0], known) is { } nearest ? $"; did you mean '{nearest}'?" : ".";
        return $"'{Mistake.Shorten(token)}' is not {what} of '{name}'{hint}";
    }

    private static IEnumerable<string> Options(CommandResult result)
    {
        for (SymbolResult? at = result; at is not null; at = at.Parent)
            if (at is CommandResult { Command: { } command })
                foreach (var option in command.Options.Where(option => option.Recursive || command == result.Command))
                    yield return option.Name;
    }

    private static string FullName(CommandResult result) => result.Parent is CommandResult parent
        ? $"{FullName(parent)} {result.Command.Name}"
        : CommandNames.Root;
}
