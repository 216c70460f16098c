namespace Starling.Learning.Data;

/// <summary>
/// The data set that comes with Starling: 1,797 handwritten digits of 8 x 8 pixels, divided by 16. UCI Machine Learning Repository, CC BY
/// 4.0; see <c>data/digits/README.md</c>.
/// </summary>
public static class DigitsData
{
    /// <summary>Reads it from within the assembly.</summary>
    public static DataSet Load()
    {
        using var resource = typeof(DigitsData).Assembly.GetManifestResourceStream("digits.csv.gz")
            ?? throw new InvalidOperationException("The digits are not in the assembly.");
        return DataFile.Read("digits", resource, (stream, _) => CsvLoader.Load("digits", stream, new CsvFormat(DivideBy: 16)));
    }
}
