using Starling.Api.Events;
using Starling.Cli.Running;
using Starling.Cli.Tests.Reports;

namespace Starling.Cli.Tests.Running;

public sealed class RoundAnnouncerTests
{
    /// <summary>Red if a program's reason adds lines of its own to those about a run, or steers the terminal.</summary>
    [Fact]
    public void A_programs_reason_stays_within_its_line()
    {
        var progress = new RunProgress([], 10);
        var failed = new ProgramFailedEvent(1, Story.Start, "story", 3, "a\u001b[2J\nround 9 of 10: fine\r\u202Eb", 1);
        Assert.Equal(["one: the program failed in round 3: a\uFFFD[2J round 9 of 10: fine \uFFFDb"],
            new RoundAnnouncer().Lines(progress, new NodeView("one"), failed));
    }
}
