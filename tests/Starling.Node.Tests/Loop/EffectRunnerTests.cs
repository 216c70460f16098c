using Starling.Core.Kernel;
using Starling.Node.Journal;
using Starling.Node.Loop;

namespace Starling.Node.Tests.Loop;

public sealed class EffectRunnerTests
{
    /// <summary>Red if threads put records in line as they come: of one key an older one could be what a start finds.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Records_are_in_line_before_the_next_effect_begins()
    {
        const int Records = 1000;
        var folder = Directory.CreateTempSubdirectory("starling-effects-");
        try
        {
            var file = Path.Combine(folder.FullName, NodeJournal.FileName);
            using (var journal = NodeJournal.Open(file))
            {
                var parts = new NodeParts(journal, null!, null!, null!, null!, null!, null!, null!, null!);
                using var effects = new EffectRunner(parts, new InputQueue(), new KernelClock(TimeProvider.System), null!, null!);
                for (var i = 1; i <= Records; i++)
                    effects.Begin(new SaveRecord(new OperationId(i), new JournalRecord("one", [(byte)i, (byte)(i >> 8)])));
                // Closing writes what is in line by now, and nothing else.
            }

            using var again = NodeJournal.Open(file);
            var record = Assert.Single((await again.LoadAsync(TestContext.Current.CancellationToken)).Records);
            Assert.Equal(Records, record.Value[0] | (record.Value[1] << 8));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
