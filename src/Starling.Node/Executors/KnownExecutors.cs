using System.Collections.Immutable;

namespace Starling.Node.Executors;

/// <summary>The executors that there are, by their names.</summary>
public static class KnownExecutors
{
    /// <summary>All names, the usual one first.</summary>
    public static readonly ImmutableArray<string> Names = [SandboxExecutor.Kind, ProcessExecutor.Kind];

    /// <summary>Opens one, which ends what an earlier life left running.</summary>
    /// <exception cref="ExecutorException">It does not work here; the message says what to do.</exception>
    public static async Task<IExecutor> OpenAsync(string name, ExecutorOptions options) => name switch
    {
        SandboxExecutor.Kind => await SandboxExecutor.OpenAsync(options).ConfigureAwait(false),
        ProcessExecutor.Kind => await ProcessExecutor.OpenAsync(options).ConfigureAwait(false),
        _ => throw new ArgumentException($"There is no executor {name}.", nameof(name)),
    };
}
