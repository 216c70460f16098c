using System.CommandLine;
using Starling.Api;
using Starling.Cli.Terminal;
using Starling.Daemon;
using Starling.Daemon.Configuration;

namespace Starling.Cli.Commands.Nodes;

/// <summary><c>starling node init</c>: writes a new node's file of settings, or a unit of systemd that runs a node.</summary>
internal static class NodeInitCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var folder = new Option<string>("--folder")
        {
            Description = "Where the node.yaml is written, or lies for --systemd.",
            DefaultValueFactory = _ => "."
        };
        var systemd = new Option<bool>("--systemd") { Description = "Print a unit of systemd for the node.yaml that is there instead." };
        var user = new Option<string>("--user") { Description = "As whom that unit runs the node.", DefaultValueFactory = _ => "starling" };
        var command = new ExampledCommand(
            "init", "Writes a node.yaml with every setting, explained.",
            "starling node init --folder /etc/starling",
            "starling node init --folder /etc/starling --systemd > /etc/systemd/system/starling.service")
        {
            folder, systemd, user, CommandOutput.Json,
        };
        command.SetAction(parsed =>
        {
            var path = Path.GetFullPath(Path.Combine(parsed.GetValue(folder)!, NodeFile.Name));
            if (parsed.GetValue(systemd))
                PrintUnit(path, parsed.GetValue(user)!, parsed);
            else
                Write(path, parsed);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static void Write(string path, ParseResult parsed)
    {
        if (File.Exists(path))
            throw new CommandException(ExitCode.Configuration, $"{path} is there already, and is not replaced; name another folder.");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, NodeFileTemplate.Write());
        parsed.Print(new SetUpReport(path), CliJson.Default.SetUpReport, output => output.WriteLine(
            $"{path} is written. Fill in contract.founding, or join by an invitation instead, and start it with 'starling node start --config {path}'."));
    }

    private static void PrintUnit(string path, string user, ParseResult parsed)
    {
        if (user.Length is 0 or > 31 || !user.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
            throw new CommandException(ExitCode.Usage, "--user must be the name of a user: letters, digits, '-' and '_'.");
        var node = NodeConfigurationReader.ReadFile(path);
        string[] written = node.Ledger.Path is { } ledger ? [node.Folder, Path.GetDirectoryName(ledger)!] : [node.Folder];
        // Systemd says of it only that the unit failed in step NAMESPACE.
        if (written.FirstOrDefault(folder => !Directory.Exists(folder)) is { } missing)
            throw new CommandException(ExitCode.Configuration,
                $"{missing} is not there, and systemd starts no unit that is to write to it; make it by 'install -d -m 700 -o {user} {missing}', and ask again.");
        var unit = SystemdUnit.Write(path, written, user, ThisProgram.Words, Environment.GetEnvironmentVariable("DOTNET_ROOT"));
        parsed.Print(new SetUpReport(path, Folder: node.Folder, Unit: unit), CliJson.Default.SetUpReport, output => output.Write(unit),
            isContent: true);
    }
}
