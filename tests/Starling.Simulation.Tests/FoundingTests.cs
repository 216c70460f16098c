using Starling.Core.Kernel;

namespace Starling.Simulation.Tests;

public sealed class FoundingTests
{
    /// <summary>
    /// Red if no storm has the nodes read the ledger as deployed ones do, or none has a small model in many chunks, or either moves any
    /// other draw.
    /// </summary>
    [Fact]
    public void StormsReadTheLedgerAsDeployedNodesDo()
    {
        var (silent, quiet, both, fine) = (0, 0, 0, 0);
        for (var seed = 0UL; seed < 400; seed++)
        {
            var storm = Founding.Draw(Scenarios.Synthetic, new SeededRandom(seed), FaultLevel.Storm);
            var mild = Founding.Draw(Scenarios.Synthetic, new SeededRandom(seed), FaultLevel.Mild);
            Assert.True(mild.Kernel is { HintsPeers: true, ReadInterval: null });
            Assert.Equal(mild.Settings, storm.Settings);
            Assert.Equal(mild.Kernel, storm.Kernel with { HintsPeers = true, ReadInterval = null });
            Assert.Equal((64, 1), (mild.Options.ChunkBytes, mild.Kernel.ProgressFloorBytes));
            Assert.True(storm.Options.ChunkBytes is 16 or 64);
            fine += storm.Options.ChunkBytes == 16 ? 1 : 0;
            var isQuiet = storm.Kernel.ReadInterval == TimeSpan.FromSeconds(30);
            Assert.Equal(isQuiet, storm.Kernel.ReadInterval is not null);
            silent += storm.Kernel.HintsPeers ? 0 : 1;
            quiet += isQuiet ? 1 : 0;
            both += isQuiet && !storm.Kernel.HintsPeers ? 1 : 0;
        }

        Assert.InRange(silent, 60, 140);
        Assert.InRange(quiet, 60, 140);
        Assert.InRange(both, 10, 50);
        Assert.InRange(fine, 160, 240);
    }
}
