using System.CommandLine;

namespace Starling.Cli.Commands;

/// <summary><c>starling model</c>: looks at models.</summary>
internal static class ModelCommand
{
    /// <summary>The command and those below it.</summary>
    public static Command Build() => new("model", "Shows models, measures them, uses them and gets them from a node.")
    {
        ModelShowCommand.Build(),
        ModelEvalCommand.Build(),
        ModelPredictCommand.Build(),
        ModelDownloadCommand.Build(),
    };
}
