using Starling.Core.Configuration;

namespace Starling.Learning.Data;

/// <summary>A data set that cannot be used. The message names the file, the place in it and the remedy.</summary>
public sealed class DataException(string message, Exception? inner = null) : StarlingException(message, inner);
