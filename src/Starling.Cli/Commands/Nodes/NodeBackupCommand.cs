using System.CommandLine;
using Starling.Api;
using Starling.Cli.Terminal;
using Starling.Daemon.Backups;

namespace Starling.Cli.Commands.Nodes;

/// <summary>
/// <c>starling node backup</c> and <c>starling node restore</c>: keep what a node must not forget elsewhere, and make a node of it again.
/// </summary>
internal static class NodeBackupCommand
{
    /// <summary><c>starling node backup</c>.</summary>
    public static Command BuildBackup()
    {
        var file = new NodeFileOptions();
        var archive = new Argument<string>("file") { Description = "The backup to write." };
        var identity = new Option<bool>("--with-identity")
        {
            Description = "With certificate and private key: whoever reads the backup is then that node."
        };
        var command = new ExampledCommand("backup", "Writes a backup of a node that does not run.", "starling node backup node-1.tar.gz",
            "starling node backup node-1.tar.gz --config /etc/starling/node.yaml --with-identity") { archive, identity, CommandOutput.Json };
        file.AddTo(command);
        command.SetAction(parsed =>
        {
            var (path, isSecret) = (parsed.GetValue(archive)!, parsed.GetValue(identity));
            NodeBackup.Write(file.Read(parsed), file.Path(parsed), path, isSecret);
            parsed.Print(new FileReport(path, isSecret), CliJson.Default.FileReport, output => output.WriteLine(
                isSecret
                    ? $"{path} is written, with the node's private key: keep it as that."
                    : $"{path} is written, without certificate and key."));
            return (int)ExitCode.Done;
        });
        return command;
    }

    /// <summary><c>starling node restore</c>.</summary>
    public static Command BuildRestore()
    {
        var archive = new Argument<string>("file") { Description = "The backup." };
        var config = new Option<string>("--config")
        {
            Description = "The node.yaml: one that is there holds, else that of the backup is written there.",
            DefaultValueFactory = _ => NodeFile.Name
        };
        var command = new ExampledCommand("restore", "Makes a node of a backup. It rejoins when it is started.",
            "starling node restore node-1.tar.gz --config /etc/starling/node.yaml") { archive, config, CommandOutput.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var node =
                await NodeRestore.RestoreAsync(parsed.GetValue(archive)!, parsed.GetValue(config)!, cancellation).ConfigureAwait(false);
            var missing = File.Exists(node.Identity.Key) ? null : node.Identity.Key;
            parsed.Print(new SetUpReport(parsed.GetValue(config)!, Folder: node.Folder, MissingKey: missing),
                CliJson.Default.SetUpReport, output => output.WriteLine(
                $"{node.Folder} is a node's again. {(missing is null ? "" : $"Its key is not there: put it at {missing}. ")}Start it with 'starling node start --config {parsed.GetValue(config)}'; it fetches its models from the others."));
            return (int)ExitCode.Done;
        });
        return command;
    }
}
