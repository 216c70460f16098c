using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>Programs in Python beside four nodes, with the real PyTorch.</summary>
public sealed class PythonProgramTests : IAsyncLifetime
{
    private const string Contract = "digits";
    private const int Nodes = 4;

    private readonly PythonSwarm swarm = new(Nodes);
    private string? mnist;

    private static string Example => Examples.Path("mnist-torch");

    public async ValueTask InitializeAsync() => await swarm.StartAsync();

    public async ValueTask DisposeAsync() => await swarm.DisposeAsync();

    /// <summary>
    /// Red if a PyTorch program does not reach its swarm's accuracy by its callback alone, ends with another model than its peers, its
    /// model is not the contract's, or one that is killed is not started again or does not go on from the last merged model.
    /// </summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task Four_programs_with_few_digits_each_learn_all_of_them_though_one_is_killed()
    {
        await TrainAsync();
        await swarm.ReachAsync(Contract, 10);
        Assert.True(swarm.KillProgram(1));
        var reached = await EndAsync();
        Assert.True(reached >= 0.93, $"accuracy {reached}"); // One of them alone cannot reach 0.5.
        await swarm.Nodes.RunAsync("model", "download", Contract, "--out", "final.safetensors");
        const string program =
            "import model, rows, sys, starling.torch as s; m = model.make(rows.SIDE); s.load(m, sys.argv[1]); print('accuracy %.4f' % model.accuracy(m, rows.test()))";
        Assert.Equal(reached,
            PythonPrograms.Accuracies(await RunPythonAsync("-c", program, swarm.Nodes.Folder["final.safetensors"])).Single());
    }

    /// <summary>
    /// Red if programs and nodes that are killed cost a training its end or its accuracy, or if the swarm falls behind pooled
    /// rows by more than a point.
    /// </summary>
    [Fact(Timeout = TimeLimit.Full)]
    [Trait("Category", "Full")]
    public async Task Three_epochs_of_MNIST_come_within_a_point_of_pooled_rows_through_kills()
    {
        mnist = Environment.GetEnvironmentVariable("STARLING_MNIST");
        Assert.False(string.IsNullOrEmpty(mnist), "STARLING_MNIST must name a folder of the IDX files; ./test --full sees to it.");
        await TrainAsync();
        await swarm.ReachAsync(Contract, 40);
        Assert.True(swarm.KillProgram(1));
        await swarm.ReachAsync(Contract, 90);
        await swarm.KillNodeAsync(2);
        await swarm.ReachAsync(Contract, 140);
        Assert.True(swarm.KillProgram(3));
        await swarm.KillNodeAsync(3);
        var reached = await EndAsync();
        var pooled = PythonPrograms.Accuracies(await RunPythonAsync("alone.py")).Single();
        TestContext.Current.TestOutputHelper?.WriteLine($"swarm {reached}, pooled {pooled}");
        Assert.InRange(reached, Math.Max(0.975, pooled - 0.01), 1);
    }

    private async Task TrainAsync()
    {
        await RunPythonAsync("-c", "import model, rows, sys, starling.torch; starling.torch.save(model.make(rows.SIDE), sys.argv[1])",
            swarm.Nodes.Folder["initial.safetensors"]);
        await swarm.Nodes.RunAsync("contract", "create", Contract, "--experiment", Path.Combine(Example, "experiment.yaml"), "--model",
            "initial.safetensors");
        await swarm.AssignAsync(Contract, [Path.Combine(Example, "train.py")], mnist is null ? [] : [$"STARLING_DATA={mnist}"]);
    }

    /// <summary>Waits for the end, which must be the same for all.</summary>
    /// <returns>The accuracy that the programs measured.</returns>
    private async Task<double> EndAsync()
    {
        var reached = PythonPrograms.Accuracies(await swarm.EndAsync(Contract, "15m"));
        Assert.Equal(Nodes, reached.Count);
        return Assert.Single(reached.Distinct());
    }

    private Task<string> RunPythonAsync(params string[] arguments) =>
        PythonSwarm.RunPythonAsync(Example, arguments, mnist is null ? [] : [("STARLING_DATA", mnist)]);
}
