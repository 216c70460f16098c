using System.Text;
using Starling.Api;
using Starling.Api.Tasks;
using Starling.Cli.Control.Contexts;
using Starling.Core.Configuration;

namespace Starling.Cli.Control.Tasks;

/// <summary>Gets what programs of a task wrote from the nodes that ran them: the ledger has the end of it alone.</summary>
/// <param name="session">With a node that knows where the others are reached.</param>
internal sealed class WholeOutput(ControlSession session)
{
    private const string Partly = "(only the end of the output: ";

    /// <summary>
    /// What operators say, with the whole output where their nodes can be asked for it; else with the end of it, and why.
    /// </summary>
    public async Task<IReadOnlyList<OperatorWork>> OfAsync(string runner, long run, IEnumerable<OperatorWork> works,
        CancellationToken cancellation)
    {
        var nodes = await ControlSession.AllAsync(after => session.Client.GetNodesAsync(after, cancellation)).ConfigureAwait(false);
        var whole = new List<OperatorWork>();
        foreach (var work in works)
            whole.Add(await OfAsync(runner, run, work, nodes.FirstOrDefault(node => node.Node == work.Operator), cancellation)
                .ConfigureAwait(false));
        return whole;
    }

    private async Task<OperatorWork> OfAsync(string runner, long run, OperatorWork work, NodeDescription? node,
        CancellationToken cancellation)
    {
        if (node is { IsSelf: true })
            return await AskAsync(session.Client, runner, run, work, cancellation).ConfigureAwait(false);
        var answer = OnlyTheEnd(work, $"{session.Client.Node} knows no address of the operator");
        foreach (var address in node?.Addresses ?? [])
        {
            if (HostAndPort.TryParse(address) is not { } reached)
                continue;
            using var client = new NodeClient(reached.ToEndPoint(), work.Operator, session.Identity.Certificate,
                CertificateFiles.Anchors(session.Anchors));
            answer = await AskAsync(client, runner, run, work, cancellation).ConfigureAwait(false);
            if (!answer.Output.StartsWith(Partly, StringComparison.Ordinal))
                break;
        }

        return answer;
    }

    private static async Task<OperatorWork> AskAsync(NodeClient client, string runner, long run, OperatorWork work,
        CancellationToken cancellation)
    {
        try
        {
            var written = new[]
            {
                await ReadAsync(client, runner, run, "stdout", cancellation).ConfigureAwait(false),
                await ReadAsync(client, runner, run, "stderr", cancellation).ConfigureAwait(false)
            };
            return work with { Output = string.Join('\n', written.Where(text => text.Length > 0)) };
        }
        catch (NodeClientException none) when (none.ExitCode == ExitCode.Usage)
        {
            return work; // No program ran there, so the report has all there is.
        }
        catch (NodeClientException silent)
        {
            return OnlyTheEnd(work, silent.Message);
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException)
        {
            return OnlyTheEnd(work, broken.Message.TrimEnd('.'));
        }
    }

    private static OperatorWork OnlyTheEnd(OperatorWork work, string why) =>
        work.Output.Length == 0 ? work : work with { Output = $"{Partly}{why})\n{work.Output}" };

    private static async Task<string> ReadAsync(NodeClient client, string runner, long run, string stream, CancellationToken cancellation)
    {
        var output = await client.OpenOutputAsync(runner, run, stream, cancellation).ConfigureAwait(false);
        await using (output.ConfigureAwait(false))
        {
            using var reader = new StreamReader(output, Encoding.UTF8);
            return ShownText.Clean(await reader.ReadToEndAsync(cancellation).ConfigureAwait(false)).Trim('\n');
        }
    }
}
