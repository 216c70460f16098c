using Starling.Core.Identity;

namespace Starling.Simulation.Exploration;

/// <summary>
/// The states that were found, each by its number in the order of finding, with the steps that are still possible once faults have stopped.
/// States themselves are not kept: a run is told by taking its steps again.
/// </summary>
internal sealed class StateGraph
{
    private readonly Dictionary<Digest, int> numbers = [];
    private readonly List<Digest> keys = [];
    private readonly List<int> parents = [];
    private readonly List<Obligation> obligations = [];
    private readonly List<(int Target, TransitionKind Kind)> steps = [];
    private readonly List<int> ends = [];

    /// <summary>How many states were found.</summary>
    public int Count => keys.Count;

    /// <summary>Adds a state unless it is known.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="parent">The state that it was found from; -1 for the first.</param>
    /// <param name="number">Its number.</param>
    /// <returns>Whether it is new.</returns>
    public bool Add(Digest key, int parent, out int number)
    {
        if (numbers.TryGetValue(key, out number))
            return false;
        number = keys.Count;
        numbers.Add(key, number);
        keys.Add(key);
        parents.Add(parent);
        return true;
    }

    /// <summary>Ends the next state, in the order of their numbers: its steps are those that were added since the last call.</summary>
    public void End(Obligation obligation)
    {
        obligations.Add(obligation);
        ends.Add(steps.Count);
    }

    /// <summary>Adds a step of the state that is ended next.</summary>
    public void AddStep(int target, TransitionKind kind) => steps.Add((target, kind));

    /// <summary>A state's number, if it was found.</summary>
    public int? Find(Digest key) => numbers.TryGetValue(key, out var number) ? number : null;

    /// <summary>A state's key.</summary>
    public Digest Key(int state) => keys[state];

    /// <summary>The state that a state was found from; -1 for the first.</summary>
    public int Parent(int state) => parents[state];

    /// <summary>What a state owes.</summary>
    public Obligation Owes(int state) => obligations[state];

    /// <summary>Where a state's steps begin.</summary>
    public int First(int state) => state == 0 ? 0 : ends[state - 1];

    /// <summary>Where a state's steps end.</summary>
    public int End(int state) => ends[state];

    /// <summary>A step that neither commits nor is a fault: where it leads and whose it is.</summary>
    public (int Target, TransitionKind Kind) Step(int index) => steps[index];
}
