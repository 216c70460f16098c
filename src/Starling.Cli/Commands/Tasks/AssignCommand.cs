using System.CommandLine;
using Starling.Api;
using Starling.Cli.Commands.Runners;
using Starling.Cli.Control;
using Starling.Cli.Control.Tasks;
using Starling.Cli.Terminal;
using Starling.Core.Identity;
using Starling.Core.Tasks;

namespace Starling.Cli.Commands.Tasks;

/// <summary><c>starling assign</c>: has a task carried out.</summary>
internal static class AssignCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var words = new Argument<string[]>("words") { Description = AssignWords.Form, Arity = new ArgumentArity(1, 16) };
        return new ExampledCommand(
            "assign", "Has a task carried out by operators of a task runner. It begins at once; 'runner wait' waits for its end.",
            "starling assign train to lab with 3 peers", "starling assign train with all peers",
            "starling assign fetch target clinic-a/node")
        {
            words,
        }.Does(async (session, parsed, cancellation) =>
        {
            var wish = AssignWords.Parse(parsed.GetValue(words)!);
            var runner = await session.RunnerAsync(wish.Runner, cancellation).ConfigureAwait(false);
            var task = await session.TaskAsync(runner, wish.Task, cancellation).ConfigureAwait(false);
            var placement = wish switch
            {
                { Operator: { } named } =>
                    new OnePeer(NodeId.Parse(OperatorNames.Find(named,
                        (await session.Client.GetRunnerAsync(runner, cancellation).ConfigureAwait(false)).Operators))),
                { Count: { } count } => (Placement)new SomePeers(count),
                _ => new AllPeers(),
            };
            await session.AppendAsync(runner, new AssignTask(task, placement), cancellation).ConfigureAwait(false);
            var after = await session.Client.GetRunnerAsync(runner, cancellation).ConfigureAwait(false);
            parsed.Print(after.Run!, ApiJson.Default.RunSummary, output => output.WriteLine(RunnerViews.Sentence(after.Run!)));
        });
    }
}
