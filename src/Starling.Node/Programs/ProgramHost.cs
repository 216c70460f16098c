using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Events;
using Starling.Node.Loop;

namespace Starling.Node.Programs;

/// <summary>
/// Gives programs their assignments, a contract's to the program that has its seat: the newest assignment replaces the older, a failure is
/// tried again. An assignment whose program has not taken its seat yet waits for it, and so does a program whose seat another one has.
/// Whatever a program does, the node goes on.
/// </summary>
public sealed class ProgramHost : IDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    private readonly Func<ContractId, IProgramSession?> usual;
    private readonly TimeProvider time;
    private readonly Action<NodeEvent> report;
    private readonly Action<UpdateReady> ready, late;
    private readonly Lock gate = new();
    private readonly Dictionary<ContractId, Seat> seats = [];
    private bool stopped;

    /// <summary>Prepares a host.</summary>
    /// <param name="usual">A contract's own program, while no other has its seat; null if it has none.</param>
    /// <param name="time">What back-off is timed with.</param>
    /// <param name="report">Receives what happens.</param>
    /// <param name="ready">Receives updates.</param>
    /// <param name="late">Receives updates that came when their work had been cancelled: nobody will ask for them.</param>
    public ProgramHost(
        Func<ContractId, IProgramSession?> usual, TimeProvider time, Action<NodeEvent> report, Action<UpdateReady> ready,
        Action<UpdateReady> late) =>
        (this.usual, this.time, this.report, this.ready, this.late) = (usual, time, report, ready, late);

    /// <summary>Whether a program works on an assignment.</summary>
    public bool IsBusy
    {
        get
        {
            lock (gate)
                return seats.Values.Any(seat => !seat.Running.IsCompleted);
        }
    }

    /// <summary>Whether a contract has a program of its own, which no task brings.</summary>
    public bool HasUsual(ContractId contract) => usual(contract) is not null;

    /// <summary>Whether a contract's seat waits for its program: none has taken it, or the one that did has not come yet.</summary>
    public bool Awaits(ContractId contract)
    {
        lock (gate)
            return (seats.GetValueOrDefault(contract)?.Session ?? usual(contract)) is not { IsOpen: true };
    }

    /// <summary>Gives a contract's program its next work; what it had is cancelled.</summary>
    public void Deliver(Assignment assignment)
    {
        lock (gate)
        {
            if (stopped)
                return;
            var seat = SeatOf(assignment.Contract);
            seat.Latest = assignment;
            Begin(seat);
        }
    }

    /// <summary>
    /// A program takes a contract's seat, and gets the work that waits there. If another program than the usual one has the seat, it
    /// waits until that has left.
    /// </summary>
    /// <param name="contract">The contract.</param>
    /// <param name="session">The program.</param>
    /// <param name="waits">Is told that it must wait.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task AttachAsync(ContractId contract, IProgramSession session, Action waits, CancellationToken cancellation)
    {
        Seat seat;
        lock (gate)
        {
            seat = SeatOf(contract);
            seat.Waiting++;
        }

        try
        {
            for (var told = false; ; told = true)
            {
                Task left;
                lock (gate)
                {
                    if (seat.Leaving is not { Task.IsCompleted: false } taken)
                    {
                        Take(seat, session);
                        return;
                    }

                    left = taken.Task;
                }

                if (!told)
                    waits();
                await left.WaitAsync(cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            lock (gate)
            {
                seat.Waiting--;
                GiveBack(seat);
            }
        }
    }

    /// <summary>
    /// The program that took a contract's seat leaves it; what it did is cancelled. Returns when it has ended. The usual program goes on
    /// with what it did not do, unless another one waits for the seat.
    /// </summary>
    public async Task DetachAsync(ContractId contract)
    {
        Seat seat;
        Task last;
        lock (gate)
        {
            seat = SeatOf(contract);
            seat.Session = usual(contract);
            _ = seat.Cancellation.CancelAsync();
            last = seat.Running;
        }

        await last.ConfigureAwait(false);
        lock (gate)
        {
            seat.Leaving!.TrySetResult();
            GiveBack(seat);
        }
    }

    /// <summary>Cancels the programs and waits for them to end, or for the limit.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        Task last;
        lock (gate)
        {
            stopped = true;
            foreach (var seat in seats.Values)
                _ = seat.Cancellation.CancelAsync();
            last = Task.WhenAll(seats.Values.Select(seat => seat.Running));
        }

        await Task.WhenAny(last, Task.Delay(limit, time)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var seat in seats.Values)
            seat.Cancellation.Dispose();
    }

    private Seat SeatOf(ContractId contract)
    {
        if (!seats.TryGetValue(contract, out var seat))
            seats.Add(contract, seat = new Seat { Session = usual(contract) });
        return seat;
    }

    private void Take(Seat seat, IProgramSession session)
    {
        seat.Session = session;
        seat.Leaving = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!stopped)
            Begin(seat);
    }

    // A seat that nobody has taken any more, or will in a moment, is the usual program's again. What it does already it goes on with.
    private void GiveBack(Seat seat)
    {
        var isFree = seat.Waiting == 0 && seat.Leaving is { Task.IsCompleted: true };
        if (isFree && !stopped && seat.Running.IsCompleted && !ReferenceEquals(seat.Latest, seat.Done))
            Begin(seat);
    }

    private void Begin(Seat seat)
    {
        if (seat.Session is not { } session || seat.Latest is not { } assignment)
            return;
        // Disposed by nobody: the work that it stops may still look at its token, and it holds no timer.
        _ = seat.Cancellation.CancelAsync();
        seat.Cancellation = new CancellationTokenSource();
        seat.Running = RunAsync(seat, seat.Running, session, assignment, seat.Cancellation.Token);
    }

    private async Task RunAsync(Seat seat, Task before, IProgramSession session, Assignment assignment, CancellationToken token)
    {
        await Task.Yield();
        await before.ConfigureAwait(false);
        var retry = FirstRetry;
        while (!token.IsCancellationRequested)
        {
            using var activity = NodeTelemetry.Source.StartActivity("Program");
            activity?.SetTag("round", assignment.Round);
            try
            {
                var update = await session.CarryOutAsync(assignment, report, token).ConfigureAwait(false);
                var isLate = token.IsCancellationRequested;
                // What ends training leads to no update that could be late.
                if (!isLate || assignment.Last)
                    lock (gate)
                        seat.Done = assignment;
                if (update is not null)
                    (isLate ? late : ready)(update);
                return;
            }
            catch (OperationCanceledException) when (token.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                report(new ProgramFailed(assignment.Contract, assignment.Round,
                    fault is ProgramException ? fault.Message : $"{fault.GetType().Name}: {fault.Message}", retry));
            }

            await Task.Delay(retry, time, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            retry = retry.Doubled(LongestRetry);
        }
    }

    /// <summary>A contract's place for a program.</summary>
    private sealed class Seat
    {
        public IProgramSession? Session { get; set; }

        /// <summary>Completes when the program that took the seat has left it; null before the first has taken it.</summary>
        public TaskCompletionSource? Leaving { get; set; }

        /// <summary>How many programs wait for it.</summary>
        public int Waiting { get; set; }

        public Assignment? Latest { get; set; }

        /// <summary>The last assignment that was carried out.</summary>
        public Assignment? Done { get; set; }

        public CancellationTokenSource Cancellation { get; set; } = new();

        public Task Running { get; set; } = Task.CompletedTask;
    }
}
