using Microsoft.Win32.SafeHandles;
using Starling.Api;
using Starling.Cli.Terminal;
using Starling.Core.Models;

namespace Starling.Cli.Models;

/// <summary>A safetensors file that is written piece by piece beside its final place, and moved there only when it is whole.</summary>
internal sealed class ModelOutput : IByteSink, IDisposable
{
    private readonly string path;
    private readonly string draft;
    private readonly SafeFileHandle handle;
    private bool isComplete;

    /// <summary>Begins a file with the canonical header of a schema, and reserves its room on the disk.</summary>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    /// <exception cref="CommandException">No file can hold the names of its tensors.</exception>
    public ModelOutput(string path, ModelSchema schema)
    {
        this.path = path;
        draft = $"{path}.{Environment.ProcessId}.part";
        var header = HeaderOf(path, schema);
        handle = File.OpenHandle(draft, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.None, header.FileLength);
        Sink = new SafetensorsSink(header, this);
        Write(0, header.CanonicalBytes());
    }

    /// <summary>Takes the elements.</summary>
    public IModelSink Sink { get; }

    // A header that was read may be shorter than the canonical one, which escapes more.
    private static SafetensorsHeader HeaderOf(string path, ModelSchema schema)
    {
        try
        {
            return SafetensorsHeader.For(schema);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.Data,
                $"{path}: the header of this model's tensors would be longer than {SafetensorsHeader.MaxHeaderBytes >> 20} MiB, which no reader takes; give them shorter names.", e);
        }
    }

    /// <inheritdoc/>
    public void Write(long position, ReadOnlySpan<byte> bytes) => RandomAccess.Write(handle, bytes, position);

    /// <summary>Puts the whole file in its place.</summary>
    public void Complete()
    {
        RandomAccess.FlushToDisk(handle);
        handle.Dispose();
        File.Move(draft, path, overwrite: true);
        isComplete = true;
    }

    /// <summary>Removes what was written, unless it is complete.</summary>
    public void Dispose()
    {
        handle.Dispose();
        if (!isComplete)
            File.Delete(draft);
    }
}
