using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Starling.Api;
using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Core.Tasks;
using Starling.Daemon.Http.Contracts;
using Starling.Node.Loop;

namespace Starling.Daemon.Http.Tasks;

/// <summary>What there is of task runners: their operators, tasks and runs.</summary>
/// <param name="kernel">What the node folded.</param>
/// <param name="reader">Gives contracts.</param>
internal sealed class RunnersApi(KernelDriver kernel, ContractReader reader)
{
    private readonly ContractAnswers answers = new(reader);

    /// <summary>Adds the requests to the API, which lets callers in.</summary>
    public void Map(WebApplication application)
    {
        Get("",
            (context, runner) =>
                NodeApi.WriteAsync(context, RunnerView.Describe(runner, reader.Follows(runner.Contract)),
                    ApiJson.Default.RunnerDescription));
        Get("/operators", (context, runner) => ContractAnswers.WritePageAsync(
            context,
            page =>
                page.Of(runner.Operators, member => member.Value, member => RunnerView.Describe(runner, member, kernel.State),
                    member => member.Certificates.Sum(c => c.Length)),
            ApiJson.Default.PageOperatorDescription));
        Get("/tasks", (context, runner) => ContractAnswers.WritePageAsync(
            context, page => page.Of(runner.Tasks, task => task.Key.Value, task => RunnerView.Summarise(task.Value)),
            ApiJson.Default.PageTaskSummary));
        Get("/tasks/{task}", DescribeTaskAsync);
        Get("/runs", (context, runner) => ContractAnswers.WritePageAsync(
            context, page => page.Of(runner.Runs, run => run.Number.ToString("D19", CultureInfo.InvariantCulture), RunnerView.Summarise),
            ApiJson.Default.PageRunSummary));
        Get("/runs/{run}", DescribeRunAsync);

        void Get(string below, Func<HttpContext, RunnerState, Task> answer) =>
            application
                .MapGet("/v1/runners/{contract}" + below,
                    context => answers.AboutAsync<RunnerState>(context, runner => answer(context, runner))).For(NodeAction.Read);
    }

    private static Task DescribeTaskAsync(HttpContext context, RunnerState runner)
    {
        var name = context.GetRouteValue("task") as string;
        return TaskName.TryParse(name, out var task) && runner.Tasks.TryGetValue(task, out var found)
            ? NodeApi.WriteAsync(context, RunnerView.Describe(found), ApiJson.Default.TaskDescription)
            : Problem.NotFoundAsync(context, $"{runner.Contract} has no task '{Mistake.Shorten(name ?? "")}'.");
    }

    private static Task DescribeRunAsync(HttpContext context, RunnerState runner)
    {
        var text = context.GetRouteValue("run") as string;
        var number = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        return runner.Runs.FirstOrDefault(run => run.Number == number) is { } found
            ? ContractAnswers.WritePageAsync(context, page => RunnerView.Describe(found, page), ApiJson.Default.RunDescription)
            : Problem.NotFoundAsync(context, number > 0 && number < runner.Runs.FirstOrDefault()?.Number
                ? $"Run {number} of {runner.Contract} is no longer kept whole; its entries stand in the ledger."
                : $"{runner.Contract} has no run '{Mistake.Shorten(text ?? "")}'.");
    }
}
