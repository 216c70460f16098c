using System.Text.Json;

namespace Starling.EndToEnd.Tests.Processes;

/// <summary>How a command ended.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Output">What it wrote on standard output.</param>
/// <param name="Error">What it wrote on standard error.</param>
internal sealed record CommandResult(int Code, string Output, string Error)
{
    /// <summary>Its last line of standard output, which must be one JSON object.</summary>
    public JsonElement Json() => JsonDocument.Parse(Output.Split('\n')[^1]).RootElement;

    /// <summary>Fails the test unless it ended with this code.</summary>
    public CommandResult Ended(Api.ExitCode code)
    {
        Assert.True((int)code == Code, $"exit code {Code}, not {(int)code}\n{Output}\n{Error}");
        return this;
    }
}
