using System.Collections.Immutable;

namespace Starling.Daemon.Http.Description;

/// <summary>What the API's description says of a request.</summary>
/// <param name="Method">Its HTTP method.</param>
/// <param name="Path">Its path, with parameters in braces.</param>
/// <param name="Summary">What it does, a sentence.</param>
/// <param name="Answer">What it answers with; null for nothing.</param>
internal sealed record ApiRoute(string Method, string Path, string Summary, Type? Answer)
{
    /// <summary>What its body is; null for none.</summary>
    public Type? Body { get; init; }

    /// <summary>The form of the answer.</summary>
    public string Form { get; init; } = "application/json";

    /// <summary>The status of an answer that is none of an error.</summary>
    public int Status { get; init; } = 200;

    /// <summary>What its query may have.</summary>
    public ImmutableArray<(string Name, Type Type)> Query { get; init; } = [];

    /// <summary>The statuses of errors besides 403 and 500, which every request may have.</summary>
    public ImmutableArray<int> Errors { get; init; } = [];

    /// <summary>The names of the parameters in the path.</summary>
    public IEnumerable<string> PathParameters => Path.Split('/').Where(part => part.StartsWith('{')).Select(part => part[1..^1]);
}
