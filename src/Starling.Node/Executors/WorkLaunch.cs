using System.Globalization;

namespace Starling.Node.Executors;

/// <summary>How a work was started.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Wrappers">How many generations of its processes, from the first on, are the executor's own.</param>
/// <param name="Report">The file to which the executor's wrapper writes how many processes the program left; null if there is none.</param>
internal sealed record WorkLaunch(WorkId Id, int Wrappers, string? Report)
{
    /// <summary>How many processes the program left when it ended, as far as its wrapper could tell.</summary>
    public int LeftOver()
    {
        try
        {
            return Report is not null && new FileInfo(Report) is { Exists: true, Length: < 16 }
                && int.TryParse(File.ReadAllText(Report), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var count) ? count : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Deletes the report.</summary>
    public void CleanUp()
    {
        if (Report is not null)
            File.Delete(Report);
    }
}
