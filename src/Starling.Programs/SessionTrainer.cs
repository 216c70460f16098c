using Starling.Api;
using Starling.Api.Sessions;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Models;
using Starling.Learning.Programs;
using static Starling.Api.Measurement;

namespace Starling.Programs;

/// <summary>
/// Trains a program in a process of its own, over a session with the node beside it: what any program in any language does.
/// </summary>
/// <param name="client">The session.</param>
/// <param name="program">What is trained.</param>
/// <param name="terms">On which terms it takes part.</param>
internal sealed class SessionTrainer(SessionClient client, ITrainingProgram program, ProgramTerms terms)
{
    private static readonly BlobId SomeModel = new(Digest.Of("a merged model"u8));

    /// <summary>Carries assignments out until training has ended.</summary>
    /// <param name="told">Hears what happens.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    public async Task RunAsync(Action<string> told, CancellationToken cancellation)
    {
        for (var number = 0L; ;)
        {
            var next = await client.NextAsync(number, cancellation).ConfigureAwait(false);
            number = next.Number;
            if (await StartAsync(next, cancellation).ConfigureAwait(false) is not { } start)
                continue;
            var subject = next.Last ? ModelSubject.Final : next.HasBase ? ModelSubject.Merged : ModelSubject.Initial;
            var before = program.Evaluate(start);
            await TellAsync(() => client.MeasuredAsync(number, Measurement(subject, before), cancellation)).ConfigureAwait(false);
            if (next.Last)
            {
                if (!await TellAsync(() => client.FinishAsync(number, cancellation)).ConfigureAwait(false))
                    continue;
                told($"training has ended after {next.Round - 1} rounds: accuracy {before.Accuracy:0.000}, loss {before.Loss:0.000}");
                return;
            }

            var trained = program.Train(start, next.Round, next.Batches, cancellation);
            var after = program.Evaluate(trained.State);
            told($"round {next.Round}: trained {next.Batches} batches; accuracy {after.Accuracy:0.000}, loss {after.Loss:0.000}");
            await HandOverAsync(next, trained.State, after, cancellation).ConfigureAwait(false);
        }
    }

    private async Task HandOverAsync(SessionAssignment next, ModelState state, Evaluation local, CancellationToken cancellation)
    {
        var assignment = new Assignment(default, next.Round, next.HasBase ? SomeModel : BlobId.None, next.Batches, next.Done, next.Last);
        using var file = new MemoryStream(Safetensors.Write(state), writable: false);
        await TellAsync(() => client.MeasuredAsync(next.Number, Measurement(ModelSubject.Local, local), cancellation))
            .ConfigureAwait(false);
        try
        {
            await client
                .HandOverAsync(next.Number, file, terms.WeightOf(program), local.Loss, local.Accuracy,
                    terms.After(assignment, program)?.ToString(), cancellation).ConfigureAwait(false);
        }
        catch (NodeClientException refused) when (refused.ExitCode == ExitCode.Denied)
        {
            // The round may have gone on without this update, which the next assignment tells; if the update itself
            // is bad, the node hears why.
            await TellAsync(() => client.FailAsync(next.Number, refused.Message, cancellation)).ConfigureAwait(false);
        }
    }

    /// <returns>Whether the node took it.</returns>
    private static async Task<bool> TellAsync(Func<Task> tell)
    {
        try
        {
            await tell().ConfigureAwait(false);
            return true;
        }
        catch (NodeClientException refused) when (refused.ExitCode == ExitCode.Denied)
        {
            // There is another assignment already, or this program was started again and told it before.
            return false;
        }
    }

    /// <returns>The model to start from; null if another assignment has replaced this one.</returns>
    private async Task<ModelState?> StartAsync(SessionAssignment next, CancellationToken cancellation)
    {
        try
        {
            return next.HasBase ? await LoadAsync(next.Number, cancellation).ConfigureAwait(false) : program.Initialise();
        }
        catch (NodeClientException refused) when (refused.ExitCode == ExitCode.Denied)
        {
            return null;
        }
    }

    private async Task<ModelState> LoadAsync(long number, CancellationToken cancellation)
    {
        using var file = await client.OpenBaseAsync(number, cancellation).ConfigureAwait(false);
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, cancellation).ConfigureAwait(false);
        return Safetensors.Read(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)) is { State: { } state }
            ? state
            : throw new NodeClientException(ExitCode.Unexpected, "The node gave a merged model that is no readable safetensors file.");
    }

    private static SessionMeasurement Measurement(ModelSubject subject, Evaluation e) =>
        new(subject, Finite(e.Loss), Finite(e.Accuracy), Finite(e.Auc), Finite(e.F1), e.Examples);
}
