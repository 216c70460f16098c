using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Starling.Node.Transport;

/// <summary>
/// The memory that Kestrel receives into, in blocks of 64 KiB. Its own are 4 KiB, and it asks the system for no more than a block at a
/// time: for a large model that is a call, and often a change of threads, for each 4 KiB.
/// </summary>
internal sealed class LargeBlocks : IMemoryPoolFactory<byte>
{
    private const int BlockBytes = 64 << 10;

    // What is given back beyond this is left to the collector.
    private const int MostIdle = 64;

    /// <inheritdoc/>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new Pool();

    private sealed class Pool : MemoryPool<byte>
    {
        private readonly ConcurrentBag<Block> idle = [];

        public override int MaxBufferSize => BlockBytes;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
            return idle.TryTake(out var block) ? block : new Block(this);
        }

        protected override void Dispose(bool disposing) => idle.Clear();

        private void GiveBack(Block block)
        {
            if (idle.Count < MostIdle)
                idle.Add(block);
        }

        private sealed class Block(Pool pool) : IMemoryOwner<byte>
        {
            public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);

            public void Dispose() => pool.GiveBack(this);
        }
    }
}
