using System.Collections.Immutable;
using System.Globalization;

namespace Starling.Core.Merging;

/// <summary>Checked parameters of one merge rule, with the defaults filled in.</summary>
public sealed class MergeParameters
{
    private MergeParameters(ImmutableSortedDictionary<string, double> values) => Values = values;

    /// <summary>Every parameter of the rule by name.</summary>
    public ImmutableSortedDictionary<string, double> Values { get; }

    /// <summary>The value of one of the rule's parameters.</summary>
    public double this[string name] => Values[name];

    /// <summary>The defaults of a rule.</summary>
    public static MergeParameters DefaultsOf(IMergeRule rule) => Check(rule, []).Parameters!;

    /// <summary>Checks what was given for a rule, and names all that is wrong with it at once.</summary>
    public static MergeParametersResult Check(IMergeRule rule, IEnumerable<KeyValuePair<string, double>> given)
    {
        var errors = ImmutableArray.CreateBuilder<string>();
        var values = ImmutableSortedDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);
        foreach (var (name, value) in given)
        {
            var parameter = rule.Parameters.FirstOrDefault(p => p.Name == name);
            if (parameter is null)
                errors.Add(rule.Parameters.IsEmpty
                    ? $"The merge rule '{rule.Name}' has no parameters, so '{name}' cannot be set."
                    : $"The merge rule '{rule.Name}' has no parameter '{name}'; it has {string.Join(", ", rule.Parameters.Select(p => p.Name))}.");
            else if (values.ContainsKey(name))
                errors.Add($"The parameter '{name}' is given twice.");
            else if (!(value >= parameter.Least && value <= parameter.Most))
                errors.Add(string.Create(CultureInfo.InvariantCulture,
                    $"The parameter '{name}' is from {parameter.Least} to {parameter.Most}, not {value}."));
            else if (parameter.IsWhole && value != Math.Floor(value))
                errors.Add(string.Create(CultureInfo.InvariantCulture, $"The parameter '{name}' is a whole number, not {value}."));
            else
                values[name] = value;
        }

        foreach (var parameter in rule.Parameters)
            values.TryAdd(parameter.Name, parameter.Default);
        return errors.Count == 0
            ? new(new MergeParameters(values.ToImmutable()), [])
            : new(null, errors.ToImmutable());
    }
}
