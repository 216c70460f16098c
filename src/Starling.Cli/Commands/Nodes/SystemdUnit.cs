using Starling.Api;

namespace Starling.Cli.Commands.Nodes;

/// <summary>
/// A unit of systemd that runs a node (systemd.service(5), systemd.exec(5)). What would keep programs of tasks from their sandbox is left
/// out: that needs namespaces of its own, a <c>/proc</c> that is whole, and control groups to write to.
/// </summary>
internal static class SystemdUnit
{
    /// <summary>The node's end that another start does not mend: somebody must look first.</summary>
    private static readonly ExitCode[] Final =
        [ExitCode.Usage, ExitCode.Configuration, ExitCode.LedgerForked, ExitCode.Diverged, ExitCode.Identity, ExitCode.Data];

    /// <summary>The unit's text.</summary>
    /// <param name="file">The node's <c>node.yaml</c>, an absolute path.</param>
    /// <param name="written">The folders that it writes to.</param>
    /// <param name="user">As whom it runs.</param>
    /// <param name="program">The command line's program with what stands before its arguments.</param>
    /// <param name="dotnet">Where .NET is, if this process was told; null for the usual place.</param>
    public static string Write(string file, IEnumerable<string> written, string user, IEnumerable<string> program, string? dotnet)
    {
        var environment = dotnet is null ? "" : $"Environment={Quote($"DOTNET_ROOT={dotnet}")}\n";
        var start = string.Join(' ', program.Concat(["node", "start", "--config", file])
            // Of a command alone, $ begins a variable.
            .Select(word => Quote(word).Replace("$", "$$", StringComparison.Ordinal)));
        return $"""
            [Unit]
            Description=Starling node of {file.Replace("%", "%%", StringComparison.Ordinal)}
            Wants=network-online.target
            After=network-online.target
            StartLimitIntervalSec=300
            StartLimitBurst=10

            [Service]
            Type=exec
            User={user}
            {environment}ExecStart={start}
            # A restart mends none of: {string.Join(", ", Final.Select(code => $"{(int)code} ({code})"))}.
            Restart=on-failure
            RestartSec=5
            RestartPreventExitStatus={string.Join(' ', Final.Select(code => (int)code))}
            # The node stops in order, and its programs with it.
            KillMode=mixed
            TimeoutStopSec=30
            # Programs of tasks get control groups below this one.
            Delegate=yes
            NoNewPrivileges=yes
            ProtectSystem=strict
            ProtectHome=read-only
            ReadWritePaths={string.Join(' ', written.Distinct(StringComparer.Ordinal).Select(Quote))}
            PrivateTmp=yes
            ProtectClock=yes
            ProtectHostname=yes
            ProtectKernelModules=yes
            RestrictSUIDSGID=yes
            RestrictRealtime=yes
            LockPersonality=yes
            RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
            UMask=0077
            LimitNOFILE=65536

            [Install]
            WantedBy=multi-user.target

            """;
    }

    // In units, % begins a specifier; quoted words take backslashes (systemd.syntax(7)).
    private static string Quote(string word) =>
        "\"" + word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("%", "%%", StringComparison.Ordinal) + "\"";
}
