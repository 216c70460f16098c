namespace Starling.Api;

/// <summary>The task runner that a <c>node.yaml</c> names.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Founding">The id of its entry 0, 64 hexadecimal digits.</param>
/// <param name="Settings">What the owner sets in every task's experiment, each <c>path=value</c>.</param>
public sealed record NodeFileRunner(string Id, string Founding, IReadOnlyList<string> Settings)
{
    /// <summary>By which executors programs may run: <c>sandbox</c>, <c>process</c>, or both with the usual one first.</summary>
    public IReadOnlyList<string> Executors { get; init; } = ["sandbox"];
}
