using System.ComponentModel;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Starling.Node.Executors;

/// <summary>
/// How many processes a program left in its sandbox, as the wrapper in there counts them. A pipe: the program can get hold of the wrapper's
/// end, and could fill the disk through a file. What it then writes is at worst a wrong count.
/// </summary>
internal sealed class LeftOverReport : IDisposable
{
    private readonly SafeFileHandle pipe;

    /// <summary>Makes the pipe.</summary>
    /// <exception cref="ExecutorException">It cannot be made.</exception>
    public LeftOverReport(string path)
    {
        Path = path;
        try
        {
            pipe = LinuxCalls.MakePipe(path);
        }
        catch (Win32Exception fault)
        {
            throw new ExecutorException($"Cannot make the pipe {path}: {fault.Message}", fault);
        }
    }

    /// <summary>Where the wrapper opens it.</summary>
    public string Path { get; }

    /// <summary>The count; 0 if the wrapper was ended before it could count.</summary>
    public int Count() =>
        int.TryParse(Encoding.ASCII.GetString(LinuxCalls.ReadAvailable(pipe, new byte[16])).TrimEnd(), NumberStyles.None,
            CultureInfo.InvariantCulture, out var count)
        ? count : 0;

    public void Dispose()
    {
        pipe.Dispose();
        File.Delete(Path);
    }
}
