using Starling.Core.Configuration;

namespace Starling.Node.Journal;

/// <summary>A node's journal cannot be opened, read or written. The message says why, and what to do.</summary>
public sealed class JournalException(string message, Exception? inner = null) : StarlingException(message, inner);
