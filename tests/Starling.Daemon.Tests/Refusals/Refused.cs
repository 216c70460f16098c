using System.Text.RegularExpressions;

namespace Starling.Daemon.Tests.Refusals;

/// <summary>How somebody was refused.</summary>
/// <param name="Status">The code: of a peer's refusal, of HTTP, of a fetch, of a client's exit, or <c>alert</c> for one of TLS.</param>
/// <param name="Sentence">The words; empty where there are none.</param>
internal sealed record Refused(string Status, string Sentence)
{
    /// <summary>The same with times, which differ each run, as <c>{time}</c>.</summary>
    public Refused WithoutTimes() => this with { Sentence = Regex.Replace(Sentence, @"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", "{time}") };
}
