namespace Starling.Simulation.Exploration;

/// <summary>
/// Visits every state that a few nodes can reach with the production code: all orders of all entries, one fault at any moment, and as many
/// rounds as there are, since a state does not know its round's number. Asks of each step whether it breaks a rule, and of each state
/// whether every fair run from it commits.
/// </summary>
public static class Explorer
{
    /// <summary>Explores.</summary>
    /// <param name="request">What.</param>
    /// <param name="progress">Told now and then how many states were found; may be null.</param>
    /// <param name="cancellation">Ends it early, also within a state.</param>
    /// <exception cref="ArgumentException">A value of the request is out of range.</exception>
    public static ExplorationReport Run(ExplorationRequest request, Action<int>? progress, CancellationToken cancellation)
    {
        var errors = request.Errors();
        if (!errors.IsEmpty)
            throw new ArgumentException(string.Join(' ', errors), nameof(request));
        var contract = new ExploredContract(request, cancellation);
        return request.Scope == ExplorationScope.Kernel
            ? Search.Run(new KernelSystem(contract), request.MostStates, progress, cancellation)
            : Search.Run(new FoldSystem(contract), request.MostStates, progress, cancellation);
    }
}
