namespace Starling.Core.Configuration;

/// <summary>
/// The root of what Starling throws at its configuration and IO edges: something outside is wrong, and the message says what in one
/// sentence, with the remedy.
/// </summary>
public abstract class StarlingException(string message, Exception? inner = null) : Exception(message, inner);
