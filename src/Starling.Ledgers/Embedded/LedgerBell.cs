using Microsoft.Win32.SafeHandles;

namespace Starling.Ledgers.Embedded;

/// <summary>
/// Tells every process of the host at once that a ledger's file has grown: whoever appends writes one byte to a file of its own folder, and
/// the system tells whoever watches that folder. The ledger's own files cannot be watched: they change before an entry is final, and many
/// times for each. A hint and no more: it may be lost.
/// </summary>
internal sealed class LedgerBell : IDisposable
{
    private readonly SafeFileHandle handle;
    private readonly FileSystemWatcher watcher;
    private readonly Action heard;

    private LedgerBell(string folder, Action heard)
    {
        this.heard = heard;
        Directory.CreateDirectory(folder);
        handle = File.OpenHandle(Path.Combine(folder, "bell"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        watcher = new FileSystemWatcher(folder) { NotifyFilter = NotifyFilters.LastWrite };
    }

    /// <summary>Hangs a bell beside a ledger's file.</summary>
    /// <param name="path">The ledger's file.</param>
    /// <param name="heard">Called when any process has rung, once or more, on a thread of the system's: it must return at once.</param>
    /// <returns>The bell, or null where the system watches no folder for this process.</returns>
    public static LedgerBell? TryHang(string path, Action heard)
    {
        LedgerBell? bell = null;
        try
        {
            bell = new LedgerBell($"{path}-bell", heard);
            bell.watcher.Changed += bell.Heard;
            bell.watcher.EnableRaisingEvents = true;
            return bell;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            bell?.Dispose();
            return null;
        }
    }

    /// <summary>Tells all who listen, this process included.</summary>
    public void Ring()
    {
        try
        {
            RandomAccess.Write(handle, [1], 0);
        }
        catch (IOException)
        {
            // A hint less: they ask for themselves before long.
        }
    }

    public void Dispose()
    {
        watcher.Dispose();
        handle.Dispose();
    }

    private void Heard(object sender, FileSystemEventArgs change) => heard();
}
