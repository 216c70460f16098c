using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Starling.Api;
using Starling.Api.Events;
using Starling.Cli.Commands.Nodes;
using Starling.Cli.Support;
using Starling.Cli.Terminal;
using Starling.Daemon;
using Starling.Daemon.Checks;
using Starling.Daemon.Configuration;

namespace Starling.Cli.Commands;

/// <summary><c>starling support-bundle</c>: gathers what whoever helps needs to know, without secrets.</summary>
internal static class SupportBundleCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var file = new NodeFileOptions();
        var output = new Option<string?>("--out") { Description = "The archive to write; starling-support-TIME.tar.gz unless given." };
        var logs = new Option<string[]>("--log")
        {
            Description = "A log to take the end of, such as what 'journalctl -u starling' printed. Once or more."
        };
        var command = new ExampledCommand("support-bundle",
            "Gathers settings, status, events and checks for whoever helps, secrets masked.", "starling support-bundle",
            "starling support-bundle --config /etc/starling/node.yaml --log node.log") { output, logs, CommandOutput.Json };
        file.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var node = file.Read(parsed);
            var path = parsed.GetValue(output)
                ?? string.Create(CultureInfo.InvariantCulture, $"starling-support-{DateTime.UtcNow:yyyyMMdd-HHmmss}.tar.gz");
            var bundle = await GatherAsync(node, parsed.GetValue(logs) ?? [], cancellation).ConfigureAwait(false);
            bundle.Write(path);
            parsed.Print(new FileReport(path, Holds: [.. bundle.Names]), CliJson.Default.FileReport, text => text.WriteLine(
                $"{path} holds {string.Join(", ", bundle.Names)}. Look through it before you give it away."));
            return (int)ExitCode.Done;
        });
        return command;
    }

    /// <summary>Gathers all texts. A node that does not answer is said to be so.</summary>
    public static async Task<SupportBundle> GatherAsync(NodeConfiguration node, IEnumerable<string> logs, CancellationToken cancellation)
    {
        var bundle = new SupportBundle(SecretMask.Apply);
        bundle.Add("versions.txt",
            $"starling {typeof(SupportBundleCommand).Assembly.GetName().Version}\n{RuntimeInformation.FrameworkDescription}\n{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}\nprocessors {Environment.ProcessorCount}\n");
        bundle.Add("settings.txt",
            string.Join('\n', node.Settings.Select(setting => $"{setting}{(setting.IsDefault ? " (default)" : "")}")) + "\n");
        bundle.Add("status.txt", await StatusAsync(node, cancellation).ConfigureAwait(false));
        var doctor = new StringWriter();
        DoctorCommand.Write(doctor, await Doctor.ExamineAsync(node, [], cancellation).ConfigureAwait(false));
        bundle.Add("doctor.txt", doctor.ToString());
        bundle.Add("files.txt", Files(node.Folder));
        bundle.AddEnd("events.jsonl", Path.Combine(node.Folder, EventFile.Name));
        foreach (var (number, log) in logs.Index())
            bundle.AddEnd($"log-{number}.txt",
                File.Exists(log) ? log : throw new CommandException(ExitCode.Usage, $"There is no log {log}; name another file."));
        return bundle;
    }

    private static async Task<string> StatusAsync(NodeConfiguration node, CancellationToken cancellation)
    {
        try
        {
            using var session = await NodeFileOptions.OpenAsync(node, cancellation).ConfigureAwait(false);
            return JsonSerializer.Serialize(await session.Client.GetStatusAsync(cancellation).ConfigureAwait(false),
                ApiJson.Default.NodeStatus) + "\n";
        }
        catch (Exception e) when (e is NodeClientException or CommandException or DaemonException)
        {
            return e.Message + "\n";
        }
    }

    // Names and sizes alone: what programs of tasks wrote may be about rows.
    private static string Files(string folder) =>
        !Directory.Exists(folder) ? $"There is no {folder}.\n" : string.Concat(new DirectoryInfo(folder)
        .EnumerateFiles("*",
            new EnumerationOptions
            {
                RecurseSubdirectories = true,
                IgnoreInaccessible = true,
                MaxRecursionDepth = 6,
                AttributesToSkip = FileAttributes.ReparsePoint
            })
        .Take(10_000)
        .Select(file =>
            string.Create(CultureInfo.InvariantCulture,
                $"{file.Length,14} {file.LastWriteTimeUtc:yyyy-MM-dd HH:mm:ss}Z {Path.GetRelativePath(folder, file.FullName)}\n")));
}
