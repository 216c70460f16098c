using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Starling.Api;
using Starling.Cli.Terminal;
using Starling.Core.Models;

namespace Starling.Cli.Models;

/// <summary>A safetensors file that is read piece by piece.</summary>
internal sealed class ModelFile : IByteSource, IDisposable
{
    private readonly SafeFileHandle handle;

    private ModelFile(string path, SafeFileHandle handle)
    {
        Path = path;
        this.handle = handle;
        Source = new SafetensorsSource(ReadHeader(), this);
    }

    /// <summary>The file as the user named it.</summary>
    public string Path { get; }

    /// <summary>The model.</summary>
    public IModelSource Source { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="CommandException">It is missing, cannot be read, or is no safetensors file.</exception>
    public static ModelFile Open(string path)
    {
        SafeFileHandle handle;
        try
        {
            handle = File.OpenHandle(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException(ExitCode.Data, $"{path}: there is no such file; correct the path.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Data,
                $"{path}: cannot be read ({e.Message.TrimEnd('.')}); check that it is a file and that you may read it.", e);
        }

        try
        {
            return new ModelFile(path, handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads a whole file into memory.</summary>
    /// <exception cref="CommandException">It cannot be read, or holds what no model holds.</exception>
    public static ModelState Load(string path)
    {
        using var file = Open(path);
        if (ModelCheck.Inspect(file.Source) is { } fault)
            throw new CommandException(ExitCode.Data, $"{path}: {Decapitalise(fault.ToString())} Use another model.");
        var state = new ModelState(file.Source.Schema);
        file.Source.Read(0, state.Values);
        IntegerCopy.Copy(file.Source, state);
        return state;
    }

    /// <inheritdoc/>
    public void Read(long position, Span<byte> destination)
    {
        for (var done = 0; done < destination.Length;)
        {
            var read = RandomAccess.Read(handle, destination[done..], position + done);
            if (read == 0)
                throw new CommandException(ExitCode.Data,
                    $"{Path}: became shorter while it was read; make sure that nobody writes it, and try again.");
            done += read;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private SafetensorsHeader ReadHeader()
    {
        var (header, error, detail) = SafetensorsHeader.Read(this, RandomAccess.GetLength(handle));
        return header ?? throw new CommandException(ExitCode.Data, string.Create(CultureInfo.InvariantCulture,
            $"{Path}: is not a safetensors file that can be read: {Words(error!.Value)} ({detail}); write it again, or name another file."));
    }

    private static string Words(SafetensorsError error) =>
        string.Concat(error.ToString().Select((c, i) => char.IsUpper(c) ? $"{(i > 0 ? " " : "")}{char.ToLowerInvariant(c)}" : $"{c}"));

    private static string Decapitalise(string text) => char.ToLowerInvariant(text[0]) + text[1..];
}
