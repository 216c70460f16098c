using Starling.Core.Configuration;
using Starling.Ledgers.Storage;

namespace Starling.Node.Journal;

/// <summary>A node's journal cannot be opened, read or written. The message says why, and what to do.</summary>
public sealed class JournalException(string message, Exception? inner = null) : StarlingException(message, inner)
{
    /// <summary>Whether it could not be opened since another process has it.</summary>
    public bool IsInUse => InnerException is StorageException { Fault: StorageFault.Busy };
}
