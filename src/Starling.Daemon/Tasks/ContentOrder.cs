using System.Collections.Immutable;
using Starling.Core.Configuration;
using Starling.Node.Tasks;

namespace Starling.Daemon.Tasks;

/// <summary>Content that a program makes, as a task's body orders it.</summary>
/// <param name="Name">What it is called: the task's outcome.</param>
/// <param name="Program">The program.</param>
internal sealed record ContentOrder(ContentName Name, ProgramOrder Program) : TaskBody
{
    /// <inheritdoc/>
    public override ImmutableArray<string> Needed => Program.Needed;

    /// <inheritdoc/>
    public override ImmutableArray<string> Made => [Name.ToString()];

    internal static ContentOrder Bind(SectionBinder root, string outcome)
    {
        var program = ProgramOrder.Bind(root);
        if (!ContentName.TryParse(outcome, out var name))
            root.Fault("outputs",
                $"are kept under the name of the task's 'outcome', '{Mistake.Shorten(outcome)}', which is no name of content; {ContentNameForm}");
        if (program.Outputs.IsEmpty)
            root.Fault("outputs", "is missing; list the files of the work folder that are to be kept");
        return new ContentOrder(name, program);
    }
}
