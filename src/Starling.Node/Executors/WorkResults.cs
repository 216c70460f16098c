using System.ComponentModel;
using Microsoft.Win32.SafeHandles;

namespace Starling.Node.Executors;

/// <summary>
/// Reads what a program left in its work folder. The program chose every name there: a link may point to the node's key, a pipe may never
/// open, a second name may be another's file. Only a regular file of one name, below the folder without any link on the way, is read.
/// </summary>
public sealed class WorkResults : IDisposable
{
    private readonly string folder;
    private readonly SafeFileHandle handle;

    /// <summary>Opens a work folder.</summary>
    /// <exception cref="ExecutorException">It cannot be opened, or this is not Linux.</exception>
    public WorkResults(string folder)
    {
        this.folder = folder;
        try
        {
            handle = OperatingSystem.IsLinux()
                ? LinuxCalls.OpenFolder(folder)
                : throw new ExecutorException("Results of a program that is not trusted can be read on Linux only.");
        }
        catch (Win32Exception fault)
        {
            throw new ExecutorException($"Cannot open the work folder {folder}: {fault.Message}", fault);
        }
    }

    /// <summary>Opens a file for reading. Its length holds once the work is over.</summary>
    /// <param name="path">Its path within the work folder, with slashes.</param>
    /// <param name="maxBytes">The most that is taken.</param>
    /// <returns>Its content; null if there is no such file.</returns>
    /// <exception cref="ExecutorException">It is not a plain file within the folder, or too long.</exception>
    public Stream? Open(string path, long maxBytes)
    {
        SafeFileHandle? file;
        try
        {
            file = LinuxCalls.OpenBeneath(handle, path);
        }
        catch (Win32Exception fault)
        {
            throw new ExecutorException($"{path} in {folder} is not collected, since it is a link, leads out of the work folder or cannot be read: {fault.Message}", fault);
        }

        if (file is null)
            return null;
        var facts = LinuxCalls.Facts(file);
        var refusal = facts switch
        {
            null or { IsFile: false } => "it is not a regular file",
            { Names: not 1 } => "it has other names, so it may be another's file",
            { Length: var length } when length > maxBytes => $"it has {length} bytes, and at most {maxBytes} are taken",
            _ => null,
        };
        if (refusal is null)
            return new FileStream(file, FileAccess.Read);
        file.Dispose();
        throw new ExecutorException($"{path} in {folder} is not collected: {refusal}.");
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
