using Starling.Api;

namespace Starling.Cli.Running;

/// <summary>Why a node is not started again.</summary>
/// <param name="Code">What its process, or the supervisor, made of it.</param>
/// <param name="Sentence">What happened, with the remedy.</param>
internal sealed record NodeFailure(ExitCode Code, string Sentence);
