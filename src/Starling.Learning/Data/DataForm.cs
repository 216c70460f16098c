using System.Collections.Immutable;

namespace Starling.Learning.Data;

/// <summary>
/// What rows are like, whoever holds them: it fixes a model's shape where the rows themselves are not at hand, and what each
/// class is called on every host.
/// </summary>
/// <param name="Features">Features a row.</param>
/// <param name="Classes">The labels, in the order in which a model gives them.</param>
public sealed record DataForm(int Features, ImmutableArray<string> Classes)
{
    /// <summary>The same rows with these classes.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="setting">Where the classes were given, for the message.</param>
    /// <param name="remedy">What can be done about another label.</param>
    /// <exception cref="DataException">The rows are other ones.</exception>
    public DataSet Take(DataSet rows, string setting = "data.classes", string remedy = "use rows as all others have them, or add it")
    {
        if (rows.Columns != Features)
            throw new DataException($"{rows.Name}: has {rows.Columns} features, but data.features is {Features}; use rows as all others have them, or correct it.");
        // Where labels are numbers, a class that no row has is counted, too.
        var missing = rows.Labels.ToArray().Distinct().Select(label => rows.ClassNames[label]).Except(Classes, StringComparer.Ordinal)
            .FirstOrDefault();
        return missing is null
            ? rows.WithClasses(Classes)
            : throw new DataException($"{rows.Name}: has the label '{Core.Configuration.Mistake.Shorten(missing)}', which is not among {setting}; {remedy}.");
    }
}
