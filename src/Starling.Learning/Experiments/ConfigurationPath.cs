using System.Globalization;
using System.Text;

namespace Starling.Learning.Experiments;

/// <summary>
/// Where in a file the reader is, such as <c>peers[0].node</c>. It becomes a text only for a mistake: written out for every value, a long
/// name would be paid for again with each value below it.
/// </summary>
internal sealed class ConfigurationPath
{
    private const int Longest = 256;

    private readonly List<(string? Name, int Index)> steps = [];

    /// <summary>Goes on to the value of that name.</summary>
    public void Enter(string name) => steps.Add((name, 0));

    /// <summary>Goes on to an item of a list, from 0.</summary>
    public void Enter(int index) => steps.Add((null, index));

    /// <summary>Goes back one step.</summary>
    public void Leave() => steps.RemoveAt(steps.Count - 1);

    /// <summary>The path, cut to 256 characters.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, index) in steps)
            if (text.Length >= Longest)
                break;
            else if (name is null)
                text.Append(CultureInfo.InvariantCulture, $"[{index}]");
            else
                text.Append(text.Length == 0 ? "" : ".").Append(name.AsSpan(0, Math.Min(name.Length, Longest)));
        return text.ToString(0, Math.Min(text.Length, Longest));
    }
}
