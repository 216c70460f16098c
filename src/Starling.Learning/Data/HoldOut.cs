using Starling.Core.Kernel;

namespace Starling.Learning.Data;

/// <summary>Rows to train on and rows kept back to measure on.</summary>
/// <param name="Train">The rows that are divided among nodes.</param>
/// <param name="Test">The rows that every node measures on and none trains on.</param>
public sealed record HoldOut(DataSet Train, DataSet Test)
{
    /// <summary>Draws the rows to keep back.</summary>
    /// <param name="data">All rows, at least 2.</param>
    /// <param name="fraction">The share to keep back, between 0 and 1; at least one row goes to each part.</param>
    /// <param name="random">Shuffles the rows.</param>
    /// <exception cref="DataException">There are fewer than 2 rows.</exception>
    public static HoldOut Draw(DataSet data, double fraction, SeededRandom random)
    {
        if (data.Rows < 2)
            throw new DataException($"{data.Name}: has {data.Rows} row, and at least 2 are needed to train and to test; add rows.");
        var rows = Enumerable.Range(0, data.Rows).ToArray();
        random.Shuffle(rows.AsSpan());
        var kept = Math.Clamp((int)Math.Round(data.Rows * fraction), 1, data.Rows - 1);
        return new HoldOut(data.Select(rows.AsSpan(kept)), data.Select(rows.AsSpan(0, kept)));
    }
}
