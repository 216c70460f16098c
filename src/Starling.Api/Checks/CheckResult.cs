namespace Starling.Api.Checks;

/// <summary>What <c>starling doctor</c> found of one thing.</summary>
/// <param name="Check">What was looked at, such as <c>disk</c>.</param>
/// <param name="Outcome">How it is.</param>
/// <param name="Finding">What was found, a sentence.</param>
/// <param name="Remedy">What to do, a sentence; null if nothing.</param>
public sealed record CheckResult(string Check, CheckOutcome Outcome, string Finding, string? Remedy)
{
    /// <summary>All is well.</summary>
    public static CheckResult Ok(string check, string finding) => new(check, CheckOutcome.Ok, finding, null);

    /// <summary>Somebody should look.</summary>
    public static CheckResult Warn(string check, string finding, string remedy) => new(check, CheckOutcome.Warn, finding, remedy);

    /// <summary>It does not work.</summary>
    public static CheckResult Fail(string check, string finding, string remedy) => new(check, CheckOutcome.Fail, finding, remedy);
}
