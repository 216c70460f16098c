using Starling.Core.Configuration;

namespace Starling.Ledgers;

/// <summary>The root of what a ledger's backend throws. The message is one sentence with what to do.</summary>
public abstract class LedgerException(string message, Exception? inner) : StarlingException(message, inner);
