using Microsoft.Extensions.DependencyInjection;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Events;
using Starling.Node.Options;
using Starling.Node.Programs;

namespace Starling.Node.Tests.Programs;

/// <summary>A node's own program and the contracts that it is for.</summary>
public sealed class UsualProgramTests
{
    /// <summary>Red if a node trains a task's contract by its own program, before the task's program is there.</summary>
    [Fact]
    public async Task A_nodes_own_program_trains_no_other_contract_than_the_configured()
    {
        var folder = Directory.CreateTempSubdirectory("starling-usual-");
        var (own, foreign) = (ContractId.Parse("own"), ContractId.Parse("task"));
        var program = new Program();
        await using (var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System)
            .AddSingleton(new EventStream(TimeProvider.System, 0)).AddSingleton<IProgramSession>(program)
            .AddNode(new NodeOptions { Folder = folder.FullName, Contracts = [new ContractReference(own, default)], Peers = [] })
            .BuildServiceProvider())
        {
            var host = services.GetRequiredService<ProgramHost>();
            Assert.Equal((true, false), (host.HasUsual(own), host.HasUsual(foreign)));
            Assert.Equal((false, true), (host.Awaits(own), host.Awaits(foreign)));
            host.Deliver(new Assignment(foreign, 1, BlobId.None, 10, Done: 0, Last: false));
            Assert.False(host.IsBusy);
            host.Deliver(new Assignment(own, 1, BlobId.None, 10, Done: 0, Last: false));
            await program.Begun.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            Assert.Equal([own], program.Trained);
        }

        folder.Delete(recursive: true);
    }

    private sealed class Program : IProgramSession
    {
        public List<ContractId> Trained { get; } = [];

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<UpdateReady?> CarryOutAsync(Assignment assignment, Action<NodeEvent> report, CancellationToken cancellation)
        {
            Trained.Add(assignment.Contract);
            Begun.TrySetResult();
            return Task.FromResult<UpdateReady?>(null);
        }
    }
}
