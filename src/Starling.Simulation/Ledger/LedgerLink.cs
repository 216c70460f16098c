namespace Starling.Simulation.Ledger;

/// <summary>What a node reaches of the ledger: faults may take all of it, or what writes to it.</summary>
internal sealed class LedgerLink
{
    private int cuts;
    private int writeCuts;

    /// <summary>Whether questions are answered.</summary>
    public bool Reads => cuts == 0;

    /// <summary>Whether entries are taken.</summary>
    public bool Writes => cuts + writeCuts == 0;

    /// <summary>A fault begins.</summary>
    public void Cut(bool onlyWrites) => Add(onlyWrites, 1);

    /// <summary>A fault is over.</summary>
    public void Mend(bool onlyWrites) => Add(onlyWrites, -1);

    private void Add(bool onlyWrites, int change)
    {
        if (onlyWrites)
            writeCuts += change;
        else
            cuts += change;
    }
}
