using Starling.Core.Configuration;

namespace Starling.Node.Identity;

/// <summary>A certificate or a key is missing, cannot be read, or does not fit. The message says which file, and what to do.</summary>
public sealed class IdentityException(string message, Exception? inner = null) : StarlingException(message, inner);
