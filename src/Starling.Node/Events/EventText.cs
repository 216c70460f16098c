using System.Collections;
using System.Globalization;
using Starling.Core.Configuration;
using Starling.Core.Kernel;

namespace Starling.Node.Events;

/// <summary>An event as a line of the log: its kind, and what it tells with lists written out.</summary>
internal static class EventText
{
    /// <summary>The line.</summary>
    public static string Of(NodeEvent happened)
    {
        var kind = happened.GetType();
        var told = kind.GetProperties().Where(property => property.GetIndexParameters().Length == 0)
            .Select(property => $"{property.Name} = {Value(property.GetValue(happened))}");
        // Programs and other nodes write some of it.
        return ShownText.Line($"{kind.Name} {{ {string.Join(", ", told)} }}");
    }

    private static string Value(object? value) => value switch
    {
        string text => text,
        IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(Value))}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
