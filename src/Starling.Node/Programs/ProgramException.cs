using Starling.Core.Configuration;

namespace Starling.Node.Programs;

/// <summary>A program cannot do its work now. The node reports it and tries again.</summary>
public sealed class ProgramException(string message, Exception? inner = null) : StarlingException(message, inner);
