using Starling.Cli.Commands;
using Starling.Learning.Data;

namespace Starling.Cli.Tests.Commands;

public sealed class ModelPredictCommandTests
{
    /// <summary>Red if a label's control characters reach a terminal, or a file does not get the label as it is.</summary>
    [Theory]
    [InlineData(true, "0,\uFFFD[31mred,plain,0.75")]
    [InlineData(false, "0,\e[31mred,plain,0.75")]
    public void A_label_does_nothing_to_a_terminal(bool isTerminal, string line)
    {
        using var output = new StringWriter { NewLine = "\n" };
        ModelPredictCommand.Write(output, [0.25f, 0.75f], new DataSet("rows.csv", 1, [1], [0], ["\e[31mred", "plain"]), isJson: false,
            isTerminal);
        Assert.Equal($"row,label,predicted,probability\n{line}\n", output.ToString());
    }
}
