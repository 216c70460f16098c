using Starling.Core.Identity;

namespace Starling.Simulation.Exploration;

/// <summary>A world that can be in many states, and what may happen in each.</summary>
/// <typeparam name="TWorld">A state. Immutable.</typeparam>
internal interface ITransitionSystem<TWorld>
{
    /// <summary>Where every run begins.</summary>
    TWorld Initial { get; }

    /// <summary>The digest of what matters of a state. Two states of one key have the same futures.</summary>
    Digest Key(TWorld world);

    /// <summary>Everything that may happen next. The same for two states of one key, up to the names of honest nodes.</summary>
    List<Transition<TWorld>> Next(TWorld world);

    /// <summary>What a state owes.</summary>
    Obligation Owes(TWorld world);

    /// <summary>A state in one line, for people.</summary>
    string Describe(TWorld world);
}
