using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Starling.Core.Configuration;

namespace Starling.Cli.Terminal;

/// <summary>Says which values of options are not what the options take, in the words of settings.</summary>
internal static class OptionValues
{
    /// <summary>The options whose values cannot be read, each with a sentence.</summary>
    public static IEnumerable<(OptionResult Option, string Sentence)> Mistakes(ParseResult parsed)
    {
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult command; at = at.Parent)
            foreach (var option in command.Children.OfType<OptionResult>())
                foreach (var token in option.Tokens)
                    if (Wanted(option.Option.ValueType, token.Value) is { } wanted)
                        yield return (option, $"{option.Option.Name} is '{Mistake.Shorten(token.Value)}', not {wanted}");
    }

    // What an option takes that does not take this; null if it does.
    private static string? Wanted(Type type, string value)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum)
        {
            // The parser would take numbers as well.
            string[] words = [.. Enum.GetNames(type).Select(name => name.ToLowerInvariant())];
            return words.Contains(value.ToLowerInvariant()) ? null
                : $"one of {string.Join(", ", words)}{(NearestName.Of(value, words) is { } nearest ? $"; did you mean '{nearest}'?" : ".")}";
        }

        return Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => bool.TryParse(value, out _) ? null : "true or false.",
            TypeCode.Int32 => int.TryParse(value, CultureInfo.InvariantCulture, out _) ? null : Whole("up to 2,147,483,647"),
            TypeCode.Int64 => long.TryParse(value, CultureInfo.InvariantCulture, out _) ? null : Whole("up to 9,223,372,036,854,775,807"),
            TypeCode.UInt64 => ulong.TryParse(value, CultureInfo.InvariantCulture, out _) ? null : Whole("from 0 to 18,446,744,073,709,551,615"),
            TypeCode.Double => double.TryParse(value, CultureInfo.InvariantCulture, out _) ? null : "a number.",
            _ => null,
        };

        static string Whole(string range) => $"a whole number {range}.";
    }
}
