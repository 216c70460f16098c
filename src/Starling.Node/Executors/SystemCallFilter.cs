using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Starling.Node.Executors;

/// <summary>
/// The system calls that a program in the sandbox may not make, as a program of the kernel's packet filter (seccomp(2)). Namespaces already
/// hide what these calls would reach; this closes the calls by which namespaces were broken before.
/// </summary>
internal static class SystemCallFilter
{
    // Offsets in struct seccomp_data; arguments are 64 bits wide, and their low half comes first.
    private const int Number = 0;
    private const int Architecture = 4;
    private const int FirstArgument = 16;

    private const ushort Load = 0x20;
    private const ushort IfEqual = 0x15;
    private const ushort IfAtLeast = 0x35;
    private const ushort IfAnyBit = 0x45;
    private const ushort Return = 0x06;

    private const uint Allow = 0x7FFF0000;
    private const uint KillProcess = 0x80000000;
    private const uint NotPermitted = 0x00050001;
    private const uint NotThere = 0x00050026;
    private const uint NoSuchFamily = 0x00050061;

    private const uint NewUserNamespace = 0x10000000;

    // Programs with 32-bit pointers on x86-64 have numbers of their own, which would pass by the list.
    private const uint FirstOtherNumber = 0x40000000;

    // Unix, IPv4, IPv6, netlink. Others, such as that between a virtual machine and its host, are not confined by a network namespace.
    private static readonly uint[] Families = [1, 2, 10, 16];

    private static readonly Table IntelTable = new(0xC000003E, Fork: 56, Socket: 41,
        // ptrace, pivot_root, mount, umount2, swapon, swapoff, reboot, init_module, delete_module, kexec_load, open_by_handle_at, setns,
        // finit_module, kexec_file_load, bpf
        Fatal: [101, 155, 165, 166, 167, 168, 169, 175, 176, 246, 304, 308, 313, 320, 321],
        // add_key, request_key, keyctl, unshare, perf_event_open, process_vm_readv, process_vm_writev, kcmp, userfaultfd
        Refused: [248, 249, 250, 272, 298, 310, 311, 312, 323],
        // memfd_create, shmget, semget, msgget
        OfNobody: [319, 29, 64, 68]);

    private static readonly Table ArmTable = new(0xC00000B7, Fork: 220, Socket: 198,
        Fatal: [117, 41, 40, 39, 224, 225, 142, 105, 106, 104, 265, 268, 273, 294, 280],
        Refused: [217, 218, 219, 97, 241, 270, 271, 272, 282],
        OfNobody: [279, 194, 190, 186]);

    // New calls have the same number everywhere: open_tree, move_mount, fsopen, fsconfig, fsmount, fspick, mount_setattr.
    private static readonly uint[] FatalEverywhere = [428, 429, 430, 431, 432, 433, 442];

    // io_uring_setup, whose work passes by this filter; pidfd_getfd.
    private static readonly uint[] RefusedEverywhere = [425, 438];

    // Another way to memory that belongs to no process: memfd_secret.
    private const uint SecretMemory = 447;

    // Its flags are in memory, where a filter cannot look; the C library then uses clone.
    private const uint CloneThree = 435;

    /// <summary>The filter as <c>bwrap --seccomp</c> reads it; null for a processor without a list.</summary>
    /// <param name="memoryIsCounted">Whether a control group counts all memory. Where none does, only what processes have mapped is seen,
    /// and memory that is had without that does not exist in there.</param>
    public static byte[]? OfThisMachine(bool memoryIsCounted) => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => Of(IntelTable, memoryIsCounted),
        System.Runtime.InteropServices.Architecture.Arm64 => Of(ArmTable, memoryIsCounted),
        _ => null,
    };

    private static byte[] Of(Table table, bool memoryIsCounted)
    {
        uint[] missing = memoryIsCounted ? [CloneThree] : [CloneThree, SecretMemory, .. table.OfNobody];
        var lines = new List<Line>
        {
            new(Load, 0, 0, Architecture), new(IfEqual, 1, 0, table.Architecture), new(Return, 0, 0, KillProcess),
            new(Load, 0, 0, Number), new(IfAtLeast, 0, 1, FirstOtherNumber), new(Return, 0, 0, KillProcess),
        };
        foreach (var (numbers, answer) in new[]
        {
            ([.. table.Fatal, .. FatalEverywhere], KillProcess), ([.. table.Refused, .. RefusedEverywhere],
                NotPermitted), (missing, NotThere),
        })
        {
            foreach (var number in numbers)
                lines.AddRange(new(IfEqual, 0, 1, number), new(Return, 0, 0, answer));
        }

        lines.AddRange(new(IfEqual, 0, 4, table.Fork), new(Load, 0, 0, FirstArgument), new(IfAnyBit, 0, 1, NewUserNamespace),
            new(Return, 0, 0, NotPermitted), new(Return, 0, 0, Allow));
        lines.AddRange(new(IfEqual, 0, (byte)(Families.Length + 2), table.Socket), new(Load, 0, 0, FirstArgument));
        for (var i = 0; i < Families.Length; i++)
            lines.Add(new(IfEqual, (byte)(Families.Length - i), 0, Families[i]));
        lines.AddRange(new(Return, 0, 0, NoSuchFamily), new(Return, 0, 0, Allow));
        return Bytes(lines);
    }

    // struct sock_filter: a code, two relative jumps, a constant.
    private static byte[] Bytes(List<Line> lines)
    {
        var bytes = new byte[lines.Count * 8];
        for (var i = 0; i < lines.Count; i++)
        {
            var place = bytes.AsSpan(i * 8, 8);
            BinaryPrimitives.WriteUInt16LittleEndian(place, lines[i].Code);
            place[2] = lines[i].IfTrue;
            place[3] = lines[i].IfFalse;
            BinaryPrimitives.WriteUInt32LittleEndian(place[4..], lines[i].Constant);
        }

        return bytes;
    }

    private readonly record struct Line(ushort Code, byte IfTrue, byte IfFalse, uint Constant);

    private sealed record Table(uint Architecture, uint Fork, uint Socket, uint[] Fatal, uint[] Refused, uint[] OfNobody);
}
