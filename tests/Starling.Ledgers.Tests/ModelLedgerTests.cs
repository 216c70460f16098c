namespace Starling.Ledgers.Tests;

public sealed class ModelLedgerTests : LedgerConformance
{
    private readonly ModelLedger.Store store = new();

    protected override ILedger Open() => new ModelLedger(store);
}
