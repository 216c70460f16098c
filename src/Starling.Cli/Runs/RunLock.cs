using Starling.Api;
using Starling.Cli.Terminal;

namespace Starling.Cli.Runs;

/// <summary>Keeps a run's folder to one process. The operating system lets go of it when the process ends, however it ends.</summary>
internal sealed class RunLock : IDisposable
{
    private const string Name = "run.lock";
    private readonly FileStream file;

    private RunLock(FileStream file) => this.file = file;

    /// <summary>Takes the folder.</summary>
    /// <exception cref="CommandException">Another process has it.</exception>
    public static RunLock Take(string folder) => TryTake(folder) ?? throw new CommandException(
        ExitCode.Disk, $"{folder} is in use by another 'starling run'; wait until it ends, or stop it.");

    /// <summary>Takes the folder of a run; null if another process has it.</summary>
    public static RunLock? TryTake(string folder) => TryOpen(folder, FileMode.OpenOrCreate);

    /// <summary>Takes a folder that nobody has ever taken; null if somebody has.</summary>
    public static RunLock? TryMake(string folder) => TryOpen(folder, FileMode.CreateNew);

    /// <summary>Whether a process has the folder. Who may only read it is told, too.</summary>
    public static bool IsTaken(string folder)
    {
        try
        {
            using var shared = new FileStream(Path.Combine(folder, Name), FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException e)
        {
            return e is not (DirectoryNotFoundException or FileNotFoundException);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static RunLock? TryOpen(string folder, FileMode mode)
    {
        try
        {
            return new RunLock(new FileStream(Path.Combine(folder, Name), mode, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException))
        {
            return null;
        }
    }
}
