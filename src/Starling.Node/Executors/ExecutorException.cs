using Starling.Core.Configuration;

namespace Starling.Node.Executors;

/// <summary>A program cannot be run, or its result cannot be read. The message says why, and what to do.</summary>
public sealed class ExecutorException(string message, Exception? inner = null) : StarlingException(message, inner);
