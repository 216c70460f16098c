using Microsoft.Data.Sqlite;
using Starling.Core.Configuration;

namespace Starling.Ledgers.Storage;

/// <summary>A database file cannot be opened, read or written.</summary>
public sealed class StorageException(StorageFault fault, string message, Exception? inner = null) : StarlingException(message, inner)
{
    // The shared memory beside a database grows by this much at once.
    private const long LeastRoom = 32 * 1024;

    /// <summary>What is wrong.</summary>
    public StorageFault Fault { get; } = fault;

    /// <summary>Puts SQLite's code (sqlite.org/rescode.html) into words.</summary>
    /// <param name="error">What SQLite reports.</param>
    /// <param name="path">The file.</param>
    public static StorageException From(SqliteException error, string path)
    {
        var (fault, sentence) = error.SqliteErrorCode switch
        {
            5 or 6 => (StorageFault.Busy, $"Another process holds {path} for too long; stop what else uses it, or try again."),
            8 or 3 => (StorageFault.ReadOnly, $"{path} may not be written; give its owner the right to write to the file and its folder."),
            10 when HasNoRoom(path) => (StorageFault.Full, $"There is no room for {path}; make room on its disk."),
            10 => (StorageFault.Failed, $"The disk fails on {path} ({error.Message}); check the disk and its room."),
            11 => (StorageFault.Corrupt, $"{path} is damaged; put a copy in its place."),
            13 => (StorageFault.Full, $"There is no room for {path}; make room on its disk, or raise its bound."),
            14 => (StorageFault.Missing, $"{path} cannot be opened; check that it is a file, and the rights to it and its folder."),
            26 => (StorageFault.Foreign, $"{path} is no database; name another file."),
            _ => (StorageFault.Failed, $"{path} cannot be used ({error.Message}); check the file and its disk."),
        };
        return new StorageException(fault, sentence, error);
    }

    // A full disk is often reported as a failing one: SQLite names only what its own writes to the database's file meet.
    private static bool HasNoRoom(string path) => DiskRoom.Of(Path.GetDirectoryName(path)!) < LeastRoom;
}
