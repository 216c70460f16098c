using Starling.Core.Configuration;

namespace Starling.Node.Tasks;

/// <summary>
/// A task cannot be carried out on this node. The message is one sentence with what to do; whoever assigned the task reads it.
/// </summary>
public sealed class TaskException(string message, Exception? inner = null) : StarlingException(message, inner);
