using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Node.Events;

/// <summary>What the edge itself has to tell, on the same stream as the kernel's events. The hierarchy is closed.</summary>
public abstract record EdgeEvent(ContractId Contract) : NodeEvent(Contract);
