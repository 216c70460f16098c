namespace Starling.Ledgers.Storage;

/// <summary>Why a database file cannot be used.</summary>
public enum StorageFault
{
    /// <summary>Another process held it for too long. Try again.</summary>
    Busy,

    /// <summary>The disk is full, or the file has reached its bound.</summary>
    Full,

    /// <summary>Its folder does not exist, or it cannot be opened.</summary>
    Missing,

    /// <summary>It may be read but not written.</summary>
    ReadOnly,

    /// <summary>It is no database, or not one of this kind.</summary>
    Foreign,

    /// <summary>A newer version of Starling wrote it.</summary>
    TooNew,

    /// <summary>What is in it makes no sense.</summary>
    Corrupt,

    /// <summary>The operating system reports an error.</summary>
    Failed,
}
