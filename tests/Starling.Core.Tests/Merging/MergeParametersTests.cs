using Starling.Core.Merging;

namespace Starling.Core.Tests.Merging;

public sealed class MergeParametersTests
{
    private static readonly GeometricMedianRule Rule = new();

    [Fact]
    public void What_is_not_given_has_its_default()
    {
        var parameters = MergeParameters.Check(Rule, [new("tolerance", 0.5)]).Parameters!;
        Assert.Equal(0.5, parameters["tolerance"]);
        Assert.Equal(1_000, parameters["iterations"]);
    }

    [Fact]
    public void All_mistakes_are_named_at_once()
    {
        var result = MergeParameters.Check(Rule,
        [
            new("f", 1), new("tolerance", double.NaN), new("iterations", 1.5), new("iterations", 0), new("iterations", 5),
            new("iterations", 6),
        ]);
        Assert.Null(result.Parameters);
        Assert.Equal(
        [
            "The merge rule 'geomedian' has no parameter 'f'; it has iterations, tolerance.",
            "The parameter 'tolerance' is from 1E-12 to 1, not NaN.",
            "The parameter 'iterations' is a whole number, not 1.5.",
            "The parameter 'iterations' is from 1 to 100000, not 0.",
            "The parameter 'iterations' is given twice.",
        ], result.Errors);
    }

    /// <summary>Red if a contract refuses what an experiment says of a merge rule: it takes parameters that are sorted alone.</summary>
    [Fact]
    public void A_rules_parameters_are_sorted_by_name()
    {
        foreach (var rule in MergeRules.Standard.Names)
        {
            var names = MergeRules.Standard.Find(rule)!.Parameters.Select(parameter => parameter.Name).ToArray();
            Assert.Equal(names.Order(StringComparer.Ordinal), names);
        }
    }

    [Fact]
    public void A_rule_without_parameters_says_so() => Assert.Equal(
        ["The merge rule 'mean' has no parameters, so 'f' cannot be set."], MergeParameters.Check(new MeanRule(), [new("f", 1)]).Errors);

    [Fact]
    public void Rules_are_found_by_name()
    {
        string[] plain = ["coordmedian", "geomedian", "krum", "mean", "multikrum", "trimmedmean"];
        Assert.Equal(
            plain.Concat(plain.Select(name => $"normbound({name})")).Order(StringComparer.Ordinal), MergeRules.Standard.Names);
        Assert.IsType<MeanRule>(MergeRules.Standard.Find(MergeRules.Default));
        Assert.Null(MergeRules.Standard.Find("Mean"));
        Assert.Throws<ArgumentException>(() => new MergeRules([new MeanRule(), new MeanRule()]));
    }

    [Fact]
    public void Every_rule_lists_its_parameters_by_name_and_defaults_within_their_range()
    {
        foreach (var rule in MergeRules.Standard.All)
        {
            Assert.Equal(rule.Parameters.Select(p => p.Name).Order(StringComparer.Ordinal), rule.Parameters.Select(p => p.Name));
            Assert.Empty(MergeParameters.Check(rule, rule.Parameters.Select(p => KeyValuePair.Create(p.Name, p.Default))).Errors);
        }
    }
}
