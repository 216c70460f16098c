using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Starling.Node.Executors;

/// <summary>
/// An open folder, from which what is below it is reached name by name: also what has a name that is no text, or a longer path than the
/// kernel takes. Names are the bytes that the kernel has, with a zero behind.
/// </summary>
internal sealed class LinuxFolder : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>What <see cref="Remove"/> says of a folder that is not empty.</summary>
    public const int NotEmpty = 39;

    private const int ThereAlready = 17, NoFolder = 20, IsFolder = 21, ManyLinks = 40;
    private const int RemoveFolder = 0x200;
    private const uint OwnerOnly = 0x1C0;

    // O_CLOEXEC and O_NONBLOCK, so that a pipe that took a folder's place is not waited for.
    private const int CloseOnExecuteNonBlocking = 0x80800;

    // Of struct dirent, on 64 bits.
    private const int NameOffset = 19;

    private static readonly int NoFollow =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm or Architecture.Ppc64le ? 0x8000 : 0x20000;

    private readonly int descriptor;

    private LinuxFolder(nint stream, int descriptor)
        : base(ownsHandle: true)
    {
        SetHandle(stream);
        this.descriptor = descriptor;
    }

    /// <summary>Opens a folder, and not through a link in its place.</summary>
    /// <returns>Null if there is no such folder.</returns>
    /// <exception cref="Win32Exception">It cannot be opened.</exception>
    public static LinuxFolder? Open(string path) => Open(LinuxCalls.CurrentFolder, LinuxCalls.Name(path));

    /// <summary>Opens a folder in this one, and not through a link in its place.</summary>
    /// <returns>Null if there is no such folder.</returns>
    /// <exception cref="Win32Exception">It cannot be opened.</exception>
    public LinuxFolder? Open(byte[] name) => Open(descriptor, name);

    /// <summary>Lets its owner read and change a folder, if that can be.</summary>
    public static void MakeWritable(string path) => _ = ChangeMode(LinuxCalls.CurrentFolder, LinuxCalls.Name(path), OwnerOnly, 0);

    /// <summary>What is in it, once.</summary>
    /// <exception cref="Win32Exception">It cannot be read.</exception>
    public IEnumerable<byte[]> Names()
    {
        while (true)
        {
            var entry = ReadEntry(this);
            if (entry == 0)
            {
                var error = Marshal.GetLastPInvokeError();
                // A folder that was removed meanwhile has no entries.
                if (error is not (0 or LinuxCalls.NoSuchEntry))
                    throw new Win32Exception(error);
                yield break;
            }

            var name = NameOf(entry + NameOffset);
            if (!name.AsSpan().SequenceEqual(".\0"u8) && !name.AsSpan().SequenceEqual("..\0"u8))
                yield return name;
        }
    }

    /// <summary>What a name in it is, a link not followed; null if it is gone.</summary>
    /// <exception cref="Win32Exception">It cannot be looked at.</exception>
    public FileFacts? Facts(byte[] name) => LinuxCalls.Facts(descriptor, name);

    /// <summary>Removes a file, a link or an empty folder.</summary>
    /// <returns>The error; 0 if it is gone.</returns>
    public int Remove(byte[] name)
    {
        var error = Error(Unlink(descriptor, name, 0));
        if (error == IsFolder)
            error = Error(Unlink(descriptor, name, RemoveFolder));
        return error switch { LinuxCalls.NoSuchEntry => 0, ThereAlready => NotEmpty, _ => error };
    }

    /// <summary>Takes a folder in this one to another.</summary>
    /// <returns>The error; 0 for none.</returns>
    public int Move(byte[] name, LinuxFolder to, byte[] newName) => Error(Rename(descriptor, name, to.descriptor, newName));

    /// <summary>Lets its owner read and change a folder in this one, if that can be.</summary>
    public void MakeWritable(byte[] name) => _ = ChangeMode(descriptor, name, OwnerOnly, 0);

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => CloseStream(handle) == 0;

    private static LinuxFolder? Open(int folder, byte[] name)
    {
        var descriptor = OpenAt(folder, name, CloseOnExecuteNonBlocking | NoFollow);
        var stream = descriptor < 0 ? 0 : StreamOf(descriptor);
        if (stream != 0)
            return new LinuxFolder(stream, descriptor);
        var error = Marshal.GetLastPInvokeError();
        if (descriptor >= 0)
            new SafeFileHandle(descriptor, ownsHandle: true).Dispose();
        return error is LinuxCalls.NoSuchEntry or NoFolder or ManyLinks ? null : throw new Win32Exception(error);
    }

    private static byte[] NameOf(nint text)
    {
        var length = 1;
        while (Marshal.ReadByte(text, length - 1) != 0)
            length++;
        var name = new byte[length];
        Marshal.Copy(text, name, 0, length);
        return name;
    }

    private static int Error(int result) => result == 0 ? 0 : Marshal.GetLastPInvokeError();

    [DllImport("libc", EntryPoint = "openat", SetLastError = true)]
    private static extern int OpenAt(int folder, byte[] name, int flags);

    [DllImport("libc", EntryPoint = "fdopendir", SetLastError = true)]
    private static extern nint StreamOf(int descriptor);

    [DllImport("libc", EntryPoint = "readdir", SetLastError = true)]
    private static extern nint ReadEntry(LinuxFolder stream);

    [DllImport("libc", EntryPoint = "closedir")]
    private static extern int CloseStream(nint stream);

    [DllImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    private static extern int Unlink(int folder, byte[] name, int flags);

    [DllImport("libc", EntryPoint = "renameat", SetLastError = true)]
    private static extern int Rename(int folder, byte[] name, int newFolder, byte[] newName);

    [DllImport("libc", EntryPoint = "fchmodat", SetLastError = true)]
    private static extern int ChangeMode(int folder, byte[] name, uint mode, int flags);
}
