using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Starling.Learning.Data.Profiles;
using Starling.Learning.Experiments;

namespace Starling.Cli.Checking;

/// <summary>The <c>data</c> section of an experiment that reads what was looked at.</summary>
internal static class DataSection
{
    /// <summary>Writes it.</summary>
    public static string Of(DataProfile profile)
    {
        if (profile.Source == DataSource.Idx)
            return OfImages(Path.GetFullPath(Directory.Exists(profile.Path)
                ? profile.Path
                : Path.GetDirectoryName(profile.Path) is { Length: > 0 } folder ? folder : "."));
        var divisor = DataAdvice.Divisor(profile);
        return $"data:\n  set: csv\n  file: {Scalar(Path.GetFullPath(profile.Path))}\n  label: {Scalar(LabelOf(profile))}\n"
            + (divisor > 1 ? string.Create(CultureInfo.InvariantCulture, $"  divideBy: {divisor:R}\n") : "");
    }

    private static string OfImages(string folder) =>
        $"data:\n  set: idx\n  folder: {Scalar(folder)}{(IdxProfiler.IsWhole(folder) ? "" : "    # must have train-images-idx3-ubyte, train-labels-idx1-ubyte, and the same with t10k")}\n";

    /// <summary>How the label's column is named so that only it is meant.</summary>
    public static string LabelOf(DataProfile profile)
    {
        var label = profile.Label ?? 0;
        var name = profile.Columns[label].Name;
        var isName = profile.HasHeader && name != "last" && !name.All(char.IsAsciiDigit)
            && profile.Columns.First(column => column.Name == name).Index == label;
        return isName ? name : label == profile.Columns.Length - 1 ? "last" : label.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// A text as YAML has it: plain if nothing in it means anything there, else in double quotes, whose escapes are JSON's.
    /// </summary>
    public static string Scalar(string text) =>
        text.Length > 0 && (char.IsAsciiLetter(text[0]) || text[0] is '/' or '_')
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-')
            && text.ToLowerInvariant() is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n")
            ? text
            : $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
