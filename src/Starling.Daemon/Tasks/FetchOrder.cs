using System.Collections.Immutable;
using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Node.Tasks;

namespace Starling.Daemon.Tasks;

/// <summary>Content of another node, as a task's body orders it.</summary>
/// <param name="From">The node.</param>
/// <param name="Content">The content.</param>
/// <param name="Digest">Its digest.</param>
internal sealed record FetchOrder(NodeId From, ContentName Content, Digest Digest) : TaskBody
{
    /// <inheritdoc/>
    public override ImmutableArray<string> Made => [Content.ToString()];

    internal static FetchOrder Bind(SectionBinder root) => new(root.Node("from"), ContentNamed(root, "content"), root.Digest("digest"));
}
