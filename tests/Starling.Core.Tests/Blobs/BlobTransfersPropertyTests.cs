namespace Starling.Core.Tests.Blobs;

public sealed class BlobTransfersPropertyTests
{
    [Fact]
    public void EveryBlobArrivesWhenOneHonestHolderIsThere()
    {
        for (var seed = 0UL; seed < 400; seed++)
        {
            try
            {
                new FakeTransferNetwork(seed).Run();
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"Seed {seed} fails.", fault);
            }
        }
    }

    [Fact]
    public void ASeedHasOneTrace() => Assert.Equal(new FakeTransferNetwork(7).Run(), new FakeTransferNetwork(7).Run());
}
