using System.Text.Json;
using Starling.Api;
using Starling.Api.Sessions;
using Starling.Core.Configuration;
using Starling.Learning.Data;
using static Starling.Api.Measurement;

namespace Starling.Programs;

/// <summary>
/// A training program in C# as a process of its own beside a node. The environment says what it does: take part in a swarm
/// over the session that the node hands it, or, with <c>STARLING_LOOPBACK=1</c>, train by itself as member
/// <c>STARLING_MEMBER</c> of <c>STARLING_MEMBERS</c>.
/// </summary>
public static class SwarmProgram
{
    /// <summary>Runs a program's whole life, and says on standard error what it fails of. To be what <c>Main</c> returns.</summary>
    /// <param name="make">Reads the rows, and says what is trained.</param>
    /// <returns>What the process exits with, of the one catalogue.</returns>
    public static async Task<int> MainAsync(Func<SwarmModel> make)
    {
        using var stop = new CancellationTokenSource();
        ConsoleCancelEventHandler interrupt = (_, signal) =>
        {
            signal.Cancel = true;
            stop.Cancel();
        };
        Console.CancelKeyPress += interrupt;
        try
        {
            await RunAsync(make(), Console.Out.WriteLine, stop.Token).ConfigureAwait(false);
            return (int)ExitCode.Done;
        }
        catch (Exception fault) when (CodeOf(fault) is { } code)
        {
            Console.Error.WriteLine($"error: {fault.Message}");
            return (int)code;
        }
        catch (OperationCanceledException)
        {
            return (int)ExitCode.Interrupted;
        }
        finally
        {
            Console.CancelKeyPress -= interrupt;
        }
    }

    /// <summary>Runs it until training has ended.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="told">Hears what happens, a line at a time.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <exception cref="SwarmProgramException">The environment does not say how to run, or the sources are newer than what was
    /// built of them.</exception>
    /// <exception cref="NodeClientException">The node does not answer, or refuses.</exception>
    public static async Task RunAsync(SwarmModel model, Action<string> told, CancellationToken cancellation)
    {
        BuiltSources.Check();
        var environment = SwarmEnvironment.Of(Environment.GetEnvironmentVariable);
        if (environment.Alone is { } alone)
        {
            RunAlone(environment, new LonelyTraining(model.Program(alone), Math.Max(1, model.Terms(alone).Epochs)), told, cancellation);
            return;
        }

        using var client = new SessionClient(environment.Socket!, environment.Token!);
        var name = System.Reflection.Assembly.GetEntryAssembly()?.GetName().Name ?? "program";
        var opened = await client.OpenAsync(new SessionOpening(SessionClient.Protocol, name, model.Schema.Hash.ToString()), cancellation)
            .ConfigureAwait(false);
        told($"session with {opened.Node} under {opened.Contract}, member {opened.Member + 1} of {opened.Members}");
        var member = new SwarmMember(opened.Member, opened.Members);
        await new SessionTrainer(client, model.Program(member), model.Terms(member)).RunAsync(told, cancellation).ConfigureAwait(false);
    }

    private static void RunAlone(SwarmEnvironment environment, LonelyTraining training, Action<string> told, CancellationToken cancellation)
    {
        if (environment.ModelFile is { Length: > 0 } path)
        {
            File.WriteAllBytes(path, training.InitialModel());
            return;
        }

        var reached = training.Run(told, cancellation);
        if (environment.ScoreFile is { Length: > 0 } file)
            File.WriteAllText(file,
                JsonSerializer.Serialize(new ProgramScore(Finite(reached.Loss), Finite(reached.Accuracy), reached.Examples),
                    ProgramJson.Default.ProgramScore));
    }

    // What else goes wrong is the program's own, and its author wants to see where.
    private static ExitCode? CodeOf(Exception fault) => fault switch
    {
        NodeClientException refused => refused.ExitCode,
        DataException => ExitCode.Data,
        StarlingException => ExitCode.Configuration,
        IOException or UnauthorizedAccessException => ExitCode.Disk,
        _ => null,
    };
}
