using Starling.Core.Identity;
using Starling.Core.Models;

namespace Starling.Node.Programs;

/// <summary>Models as a program sees them: in and out of the node's blob store. Calls block, and may come from any thread.</summary>
public interface IModelStore
{
    /// <summary>Reads a model.</summary>
    /// <param name="blob">A complete blob.</param>
    /// <param name="schema">The schema that it must have.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ProgramException">It is not there, or is not such a model.</exception>
    ModelState Load(BlobId blob, ModelSchema schema, CancellationToken cancellation);

    /// <summary>Writes a model as a complete blob, not yet synced.</summary>
    /// <param name="contract">The contract whose quota it counts against.</param>
    /// <param name="state">The model.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ProgramException">There is no room.</exception>
    StoredModel Store(ContractId contract, ModelState state, CancellationToken cancellation);
}
