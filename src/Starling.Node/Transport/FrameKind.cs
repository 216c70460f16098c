namespace Starling.Node.Transport;

/// <summary>The fifth byte of a frame: what its payload is. The numbers never change.</summary>
internal enum FrameKind : byte
{
    Hello = 1,
    Refused = 2,
    Hint = 3,
    ManifestRequest = 4,
    ChunkRequest = 5,
    ContentHeader = 6,
    FetchRefused = 7,
    Cancel = 8,
    Ping = 9,
    Pong = 10,
    Word = 11,
}
