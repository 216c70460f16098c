using System.Globalization;
using System.Text;

namespace Starling.Cli.Running;

/// <summary>Writes <c>metrics.csv</c>: a row for each round and node.</summary>
internal static class MetricsFile
{
    private const string Head =
        "round,node,leader,term,opening,seconds,contributed,local_loss,local_accuracy,merged_loss,merged_accuracy,training_seconds,update_bytes,bytes_in,bytes_out\n";

    /// <summary>The file's text.</summary>
    public static string Text(RunProgress progress)
    {
        var text = new StringBuilder(Head);
        foreach (var round in progress.All.Where(round => round.Committed is not null))
            foreach (var node in progress.Nodes)
            {
                var part = round.Nodes.GetValueOrDefault(node.Name) ?? new NodeRound();
                text.AppendJoin(',', (object?[])
                [
                    round.Round, node.Name, round.Leader, round.Term, round.Opening, Number((round.Committed - round.Opened)?.TotalSeconds),
                    round.Contributors.Contains(node.Name) ? 1 : 0, Number(part.Local?.Loss), Number(part.Local?.Accuracy),
                    Number(part.Merged?.Loss),
                    Number(part.Merged?.Accuracy), Number(part.TrainingSeconds), part.UpdateBytes, part.BytesIn, part.BytesOut,
                ]).Append('\n');
            }

        return text.ToString();
    }

    private static string Number(double? number) => number?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
