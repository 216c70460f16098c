using Starling.Cli.Commands.Nodes;
using Starling.Cli.Tests.Control;
using Starling.Daemon.Folders;
using Starling.Node.Journal;

namespace Starling.Cli.Tests.Commands.Nodes;

public sealed class NodeEndTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// Red if a node counts as ended whose API is gone, and which still waits for its programs: a backup right after would find its folder
    /// in use.
    /// </summary>
    [Fact(Timeout = 60_000)]
    public async Task A_node_has_ended_once_its_folder_is_free()
    {
        var folder = Directory.CreateTempSubdirectory("starling-ends-").FullName;
        try
        {
            await using var node = new ScriptedNode((_, _, _) => throw new IOException("It has hung up."));
            using var client = node.Client(TimeSpan.FromSeconds(30));
            using (NodeJournal.Open(Path.Combine(folder, NodeJournal.FileName)))
            {
                Assert.False(await NodeEndCommand.IsGoneAsync(client, IsInUse, TimeSpan.FromSeconds(5), Cancellation));
                Assert.True(await NodeEndCommand.IsGoneAsync(client, () => false, TimeSpan.FromSeconds(30), Cancellation));
            }

            Assert.True(await NodeEndCommand.IsGoneAsync(client, IsInUse, TimeSpan.FromSeconds(30), Cancellation));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        bool IsInUse() => DataFolder.IsInUse(folder);
    }
}
