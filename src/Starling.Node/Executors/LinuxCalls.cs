using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Starling.Node.Executors;

/// <summary>
/// What .NET does not offer of Linux: signals to any process, the size of a file that may be a link, and opening beneath a folder.
/// </summary>
internal static class LinuxCalls
{
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Stop = 19;

    private const int NoHang = 1;
    private const int BecomeSubreaper = 36;

    public const int NoSuchEntry = 2;
    private const int NoSuchCall = 38;

    // openat2(2): the number and the flags are the same on every architecture that .NET runs on.
    private const long OpenBeneathNumber = 437;
    private const int CloseOnExecute = 0x80000;
    private const int ReadWrite = 2;
    private const ulong CloseOnExecuteNonBlocking = CloseOnExecute | 0x800;
    private const ulong NoMountsNoMagicLinksNoLinksBeneath = 0x01 | 0x02 | 0x04 | 0x08;

    // statx(2).
    public const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const uint BasicFacts = 0x7FF;

    /// <summary>Sends a signal; a process that is gone is none of our business.</summary>
    public static void Signal(int process, int signal)
    {
        if (process > 1)
            _ = SendSignal(process, signal);
    }

    /// <summary>
    /// Has orphans among this process's descendants become its children, rather than those of process 1 (prctl(2), PR_SET_CHILD_SUBREAPER).
    /// </summary>
    public static void AdoptOrphans() => _ = Control(BecomeSubreaper, 1, 0, 0, 0);

    /// <summary>Takes notice of the death of a child.</summary>
    public static void Reap(int child) => _ = Wait(child, 0, NoHang);

    /// <summary>Makes a named pipe that only its owner may open, and opens both its ends without waiting for anybody.</summary>
    /// <exception cref="Win32Exception">It cannot be made.</exception>
    public static SafeFileHandle MakePipe(string path)
    {
        const uint ownerOnly = 0x180;
        if (MakeNamedPipe(path, ownerOnly) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        return Opened(Open(path, (int)CloseOnExecuteNonBlocking | ReadWrite));
    }

    /// <summary>Reads what is there; nothing if nothing is.</summary>
    public static ReadOnlySpan<byte> ReadAvailable(SafeFileHandle pipe, byte[] buffer) =>
        buffer.AsSpan(0, (int)Math.Max(0, Read(pipe, buffer, (nuint)buffer.Length)));

    /// <summary>What a name is, without following it if it is a link; null if it is gone or cannot be looked at.</summary>
    public static FileFacts? Facts(string path, bool follow = false) => Facts(CurrentFolder, Name(path), follow ? 0 : NoFollow);

    /// <summary>What an open file is.</summary>
    public static FileFacts? Facts(SafeFileHandle file) => Facts((int)file.DangerousGetHandle(), Name(""), EmptyPath);

    /// <summary>What a name in an open folder is, without following it if it is a link; null if it is gone.</summary>
    /// <exception cref="Win32Exception">It cannot be looked at.</exception>
    public static FileFacts? Facts(int folder, byte[] name)
    {
        if (Facts(folder, name, NoFollow) is { } facts)
            return facts;
        var error = Marshal.GetLastPInvokeError();
        return error == NoSuchEntry ? null : throw new Win32Exception(error);
    }

    /// <summary>A name as the kernel takes it.</summary>
    public static byte[] Name(string text) => Encoding.UTF8.GetBytes(text + '\0');

    /// <summary>
    /// Opens a file below a folder for reading, and never one elsewhere: not through a link, a mount or "..", whatever anybody changes
    /// meanwhile (openat2 with RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS, Linux 5.6). Does not wait for the other end of a pipe.
    /// </summary>
    /// <returns>Null if there is no such file.</returns>
    /// <exception cref="Win32Exception">It is not to be had that way.</exception>
    public static SafeFileHandle? OpenBeneath(SafeFileHandle folder, string path)
    {
        ulong[] how = [CloseOnExecuteNonBlocking, 0, NoMountsNoMagicLinksNoLinksBeneath];
        var descriptor = Call(OpenBeneathNumber, folder, path, how, sizeof(ulong) * 3);
        if (descriptor >= 0)
            return new SafeFileHandle((nint)descriptor, ownsHandle: true);
        var error = Marshal.GetLastPInvokeError();
        return error switch
        {
            NoSuchEntry => null,
            NoSuchCall => throw new Win32Exception(error, "this needs Linux 5.6 or later"),
            _ => throw new Win32Exception(error),
        };
    }

    /// <summary>Opens a folder that is the node's own.</summary>
    /// <exception cref="Win32Exception">It cannot be opened.</exception>
    public static SafeFileHandle OpenFolder(string path) => Opened(Open(path, CloseOnExecute));

    private static SafeFileHandle Opened(int descriptor) =>
        descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw new Win32Exception(Marshal.GetLastPInvokeError());

    private static FileFacts? Facts(int folder, byte[] path, int flags)
    {
        var facts = new byte[256];
        if (FileFactsOf(folder, path, flags, BasicFacts, facts) != 0)
            return null;
        // struct statx: stx_nlink at 16, stx_mode at 28, stx_size at 40, stx_blocks (of 512 bytes) at 48.
        ReadOnlySpan<byte> all = facts;
        var mode = MemoryMarshal.Read<ushort>(all[28..]) & 0xF000;
        return new FileFacts(mode == 0x8000, mode == 0x4000, MemoryMarshal.Read<uint>(all[16..]), MemoryMarshal.Read<long>(all[40..]),
            MemoryMarshal.Read<long>(all[48..]) * 512);
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int process, int signal);

    [DllImport("libc", EntryPoint = "prctl")]
    private static extern int Control(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    [DllImport("libc", EntryPoint = "waitpid")]
    private static extern int Wait(int process, nint status, int options);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "mkfifo", SetLastError = true)]
    private static extern int MakeNamedPipe([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);

    [DllImport("libc", EntryPoint = "read")]
    private static extern nint Read(SafeFileHandle file, byte[] buffer, nuint count);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static extern int FileFactsOf(int folder, byte[] path, int flags, uint mask, byte[] facts);

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static extern long Call(long number, SafeFileHandle folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, ulong[] how,
        nuint size);
}
