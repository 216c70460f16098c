using System.Globalization;

namespace Starling.Learning.Data;

/// <summary>The order of classes: numerical if all are whole numbers, else ordinal.</summary>
internal static class ClassOrder
{
    /// <summary>Puts the labels in order, each once.</summary>
    public static string[] Of(IEnumerable<string> labels)
    {
        var classes = labels.Distinct(StringComparer.Ordinal).ToArray();
        if (classes.All(c => long.TryParse(c, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)))
            Array.Sort(classes,
                (a, b) => long.Parse(a, CultureInfo.InvariantCulture).CompareTo(long.Parse(b, CultureInfo.InvariantCulture)));
        else
            Array.Sort(classes, StringComparer.Ordinal);
        return classes;
    }
}
