using Starling.Core.Configuration;

namespace Starling.Programs;

/// <summary>A program cannot take part in a swarm. The message says why in a sentence, and what to do.</summary>
public sealed class SwarmProgramException(string message, Exception? inner = null) : StarlingException(message, inner);
