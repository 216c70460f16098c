using System.CommandLine;
using Starling.Api;
using Starling.Api.Contracts;
using Starling.Cli.Control;
using Starling.Cli.Models;
using Starling.Cli.Terminal;

namespace Starling.Cli.Commands;

/// <summary>
/// <c>starling model download</c>: gets the latest committed model from a node. What was got before a download broke is not got again.
/// </summary>
internal static class ModelDownloadCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var contract = new Argument<string>("contract") { Description = "The training contract." };
        var output = new Option<string?>("--out") { Description = "The file to write; CONTRACT.safetensors unless given." };
        return new ExampledCommand(
            "download", "Gets the last committed model of a contract. A download that broke off goes on where it was.",
            "starling model download digits --out digits.safetensors")
        {
            contract, output,
        }.Does(async (session, parsed, cancellation) =>
        {
            var name = await session.FindAsync(ContractKind.Training, parsed.GetValue(contract)!, cancellation).ConfigureAwait(false);
            var path = Path.GetFullPath(parsed.GetValue(output) ?? $"{name}.safetensors");
            var report = await DownloadAsync(session.Client, name, path, cancellation).ConfigureAwait(false);
            parsed.Print(report, CliJson.Default.ModelDownloadReport, o => o.WriteLine(
                $"{report.File}: {Quantity.Bytes(report.Bytes)}, model {report.Model[..12]}{(report.Resumed == 0 ? "" : $", {Quantity.Bytes(report.Resumed)} of it from an earlier try")}"));
        });
    }

    /// <summary>Gets the last committed model of a contract.</summary>
    /// <exception cref="CommandException">The node sent another one, or the contract has a later one by now.</exception>
    internal static async Task<ModelDownloadReport> DownloadAsync(NodeClient client, string contract, string path,
        CancellationToken cancellation)
    {
        var model = await client.OpenModelAsync(contract, null, 0, cancellation).ConfigureAwait(false);
        await using (model.ConfigureAwait(false))
        {
            // A part is of one model, whose id its name has: a round may have ended since it was begun.
            var part = $"{path}.{(model.Blob.Length > 16 ? model.Blob[..16] : model.Blob)}.part";
            var had = File.Exists(part) ? new FileInfo(part).Length : 0;
            if (had == 0)
                await CopyAsync(client, model, part, cancellation).ConfigureAwait(false);
            else if (had < model.Length)
                await GoOnAsync(client, contract, model.Blob, part, had, cancellation).ConfigureAwait(false);
            if (new FileInfo(part).Length != model.Length || ModelDigest.Of(part).ToString() != model.Blob)
            {
                File.Delete(part);
                throw new CommandException(ExitCode.CheckFailed,
                    $"{client.Node} sent another model than {model.Blob}; what was got is removed. Try again, or another node.");
            }

            File.Move(part, path, overwrite: true);
            return new ModelDownloadReport(contract, path, model.Blob, model.Length, Math.Min(had, model.Length));
        }
    }

    private static async Task GoOnAsync(NodeClient client, string contract, string blob, string part, long from,
        CancellationToken cancellation)
    {
        var rest = await client.OpenModelAsync(contract, blob, from, cancellation).ConfigureAwait(false);
        await using (rest.ConfigureAwait(false))
        {
            if (rest.Blob != blob)
                throw new CommandException(ExitCode.Unreachable, $"{contract} has committed another round meanwhile; try again.");
            await CopyAsync(client, rest, part, cancellation).ConfigureAwait(false);
        }
    }

    private static async Task CopyAsync(NodeClient client, ModelStream model, string part, CancellationToken cancellation)
    {
        var file = new FileStream(part, model.From == 0 ? FileMode.Create : FileMode.Append, FileAccess.Write);
        await using (file.ConfigureAwait(false))
            await client.CopyAsync(model, file, cancellation).ConfigureAwait(false);
    }
}
