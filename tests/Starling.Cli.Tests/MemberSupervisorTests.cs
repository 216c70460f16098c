using System.Threading.Channels;
using Starling.Cli.LedgerMembers;
using Starling.Cli.Running;
using Starling.Core.Identity;
using Starling.Ledgers.Etcd;
using Starling.Node.Identity;

namespace Starling.Cli.Tests;

/// <summary>How a member of etcd is kept running, with a script in etcd's place.</summary>
public sealed class MemberSupervisorTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-member-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Red if a certificate that is just being replaced ends the command, and so the member, as etcd is started again.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_certificate_that_cannot_be_read_at_a_restart_is_waited_for()
    {
        var own = Issue();
        var away = own.CertificatePath + ".away";
        var program = Script($"[ -e '{folder}/begun' ] && exec sleep 60; touch '{folder}/begun'; mv '{own.CertificatePath}' '{away}'; exit 1");
        var ports = FreePorts.Choose(2);
        var member = new MemberAddress("a", "127.0.0.1", ports[0]);
        var plan = new MemberPlan(program, member, [member], Path.Combine(folder, "data"), "127.0.0.1", ports[1], JoinsExisting: false,
            new EtcdIdentityFiles(own.CertificatePath, own.KeyPath, [own.AnchorPath]), []);
        var news = Channel.CreateUnbounded<MemberNews>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var running = RunAsync();
        await UntilAsync(MemberState.Ended, "has ended with exit code 1");
        await UntilAsync(MemberState.Ended, $"cannot be started: {own.CertificatePath} cannot be read as a certificate");
        File.Move(away, own.CertificatePath);
        await UntilAsync(MemberState.Starting, "");
        await stop.CancelAsync();
        await running;

        async Task RunAsync()
        {
            try
            {
                await new MemberSupervisor(plan, told => news.Writer.TryWrite(told)).RunAsync(stop.Token);
            }
            catch (Exception e)
            {
                news.Writer.TryComplete(e);
                throw;
            }
        }

        async Task UntilAsync(MemberState state, string begins)
        {
            while (await news.Reader.ReadAsync(TestContext.Current.CancellationToken) is var told
                && (told.State != state || !told.Detail.StartsWith(begins, StringComparison.Ordinal)))
                continue;
        }
    }

    private NodeFolder Issue()
    {
        using var authority = AuthorityFolder.Create(Path.Combine(folder, "ca"), "test.example", TimeProvider.System);
        var own = new NodeFolder(Path.Combine(folder, "identity"));
        authority.Issue(NodeId.Create("test.example", "clinic", "ledger"), Roles.Ledger, null, null, own);
        File.Copy(authority.CertificatePath, own.AnchorPath, overwrite: true);
        return own;
    }

    private string Script(string text)
    {
        var program = Path.Combine(folder, "etcd");
        File.WriteAllText(program, $"#!/bin/sh\n{text}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return program;
    }
}
