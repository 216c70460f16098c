namespace Starling.Node.Executors;

/// <summary>What the file system says of a name.</summary>
/// <param name="IsFile">Whether it is a regular file.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
/// <param name="Names">How many names the file has.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="DiskBytes">What it takes on disk, in bytes: less than its length if it has holes.</param>
internal readonly record struct FileFacts(bool IsFile, bool IsFolder, uint Names, long Length, long DiskBytes);
