using Starling.Core.Contracts;
using Starling.Daemon.Http.Contracts;

namespace Starling.Daemon.Tests;

public sealed class RefusalSentencesTests
{
    /// <summary>Red if a refusal is added without its sentence, or with another's.</summary>
    [Fact]
    public void Every_refusal_has_a_sentence_of_its_own()
    {
        var sentences = Enum.GetValues<Refusal>().Where(refusal => refusal != Refusal.None).Select(RefusalSentences.Of).ToList();
        Assert.All(sentences, sentence => Assert.Matches(@"^[A-Z].{15,}\.$", sentence));
        Assert.Equal(sentences.Count, sentences.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal("", RefusalSentences.Of(Refusal.None));
    }
}
