using System.Collections.Immutable;
using Starling.Core.Configuration;
using Starling.Node.Tasks;

namespace Starling.Daemon.Tasks;

/// <summary>Newer content in the place of older, as a task's body orders it.</summary>
/// <param name="Content">The older.</param>
/// <param name="With">The newer.</param>
internal sealed record UpgradeOrder(ContentName Content, ContentName With) : TaskBody
{
    /// <inheritdoc/>
    public override ImmutableArray<string> Needed => [With.ToString()];

    /// <inheritdoc/>
    public override ImmutableArray<string> Made => [Content.ToString()];

    internal static UpgradeOrder Bind(SectionBinder root) => new(ContentNamed(root, "content"), ContentNamed(root, "with"));
}
