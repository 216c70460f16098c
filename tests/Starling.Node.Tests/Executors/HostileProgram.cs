namespace Starling.Node.Tests.Executors;

/// <summary>
/// What a hostile program tries, as text of the shell and of perl, which are on every Debian. Each attempt writes ESCAPED if it worked, so
/// that a run without walls shows that it can.
/// </summary>
internal static class HostileProgram
{
    /// <summary>Reads a file that is none of its business.</summary>
    public static string Read(string path) => $"grep -q secret '{path}' && echo ESCAPED";

    /// <summary>Writes into a folder that is none of its business.</summary>
    public static string Write(string folder) => $"echo planted >'{folder}/planted' && echo ESCAPED";

    /// <summary>Connects by TCP.</summary>
    public static string Connect(string address, int port) =>
        $"perl -MSocket -e 'socket(S, PF_INET, SOCK_STREAM, 0) or die; connect(S, sockaddr_in({port}, inet_aton(\"{address}\"))) or die \"connect: $!\"; print \"ESCAPED\\n\"'";

    /// <summary>Connects to a Unix socket; an abstract one if its name starts with a zero byte, written @.</summary>
    public static string ConnectUnix(string path) =>
        $"perl -MSocket -e '$p = q({path}); $p =~ s/^@/\\0/; socket(S, PF_UNIX, SOCK_STREAM, 0) or die; connect(S, sockaddr_un($p)) or die \"connect: $!\"; print \"ESCAPED\\n\"'";

    /// <summary>
    /// Opens a socket to the host of a virtual machine, which no network namespace confines: family 40, AF_VSOCK; 38,
    /// AF_ALG, to the kernel's ciphers.
    /// </summary>
    public static string OpenFamily(int family) =>
        $"perl -e 'socket(S, {family}, {(family == 40 ? 1 : 5)}, 0) or die \"socket: $!\"; print \"ESCAPED\\n\"'";

    /// <summary>Makes that many processes at once.</summary>
    public static string Fork(int count) =>
        $"perl -e 'for (1..{count}) {{ my $p = fork; defined $p or die \"fork: $!\"; if (!$p) {{ sleep 600 }} push @p, $p }} print \"ESCAPED\\n\"; kill 9, @p; 1 while wait > 0'";

    /// <summary>
    /// Every process makes another, eleven times over: 2,048 in all where nothing stops it, and no more, for the sake of the host.
    /// </summary>
    public const string ForkBomb = "perl -e 'fork for 1..11; sleep 60'";

    /// <summary>Makes a file of that length.</summary>
    public static string File(long bytes) =>
        $"perl -e 'open F, \">\", \"huge\" or die; truncate F, {bytes} or die \"truncate: $!\"; print \"ESCAPED\\n\"'";

    /// <summary>Takes and uses memory, 8 MB at a time.</summary>
    public static string Memory(long bytes) =>
        $"perl -e 'while ($sum < {bytes}) {{ push @all, \"x\" x 8e6; $sum += 8e6 }} print \"ESCAPED\\n\"'";

    /// <summary>Fills a file in memory, which no process maps.</summary>
    public static string MemoryFile(int megabytes) =>
        $"perl -e '$n = `uname -m` =~ /x86_64/ ? 319 : 279; $name = \"a\"; ($f = syscall($n, $name, 0)) >= 0 or die \"memfd: $!\"; open F, \">&=\", $f or die; for (1..{megabytes}) {{ syswrite F, \"x\" x 1e6 or die \"write: $!\" }} print \"ESCAPED\\n\"'";

    /// <summary>Fills a segment of shared memory that it maps only while it writes, a megabyte at a time.</summary>
    public static string SharedMemory(int megabytes) =>
        $"perl -e '$id = shmget(0, {megabytes} * 1e6, 0600); defined $id or die \"shmget: $!\"; for (1..{megabytes}) {{ shmwrite($id, \"x\" x 1e6, ($_ - 1) * 1e6, 1e6) or die \"write: $!\" }} print \"ESCAPED\\n\"; shmctl($id, 0, 0)'";

    /// <summary>Attaches to a process as a debugger does, by ptrace.</summary>
    public static string Trace(int process) =>
        $"perl -e '$n = `uname -m` =~ /x86_64/ ? 101 : 117; syscall($n, 16, {process}, 0, 0) == 0 or die \"ptrace: $!\"; print \"ESCAPED\\n\"; syscall($n, 17, {process}, 0, 0)'";

    /// <summary>Becomes the owner of a setuid program.</summary>
    public static string BecomeOwner(string program, int owner) => $"[ \"$('{program}' -u)\" = {owner} ] && echo ESCAPED";

    /// <summary>Reads another process's environment, and ends it.</summary>
    public static string LookAtProcess(int process) => $"tr '\\0' '\\n' </proc/{process}/environ | grep -q secret && echo ESCAPED";

    /// <summary>Leaves links to a file that is none of its business where its results are expected.</summary>
    public static string Link(string path) =>
        $"ln -s '{path}' result; ln -s \"$(dirname '{path}')\" folder; ln '{path}' same; mkfifo pipe; ln -s \"$PWD/real\" inner; echo real >real; echo ESCAPED";
}
