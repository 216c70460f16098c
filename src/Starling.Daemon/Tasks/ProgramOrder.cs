using System.Collections.Immutable;
using Starling.Core.Configuration;
using Starling.Core.Tasks;
using Starling.Learning.Experiments;
using Starling.Node.Executors;
using Starling.Node.Tasks;

namespace Starling.Daemon.Tasks;

/// <summary>A program as a task's body orders it.</summary>
/// <param name="Command">The program and its arguments; <c>starling</c> is this node's own command line.</param>
/// <param name="Executor">Which executor; null for the host's first one.</param>
/// <param name="Content">Names of content that it may read, each at <c>$STARLING_CONTENT/NAME</c>.</param>
/// <param name="Environment">Its environment.</param>
/// <param name="Limits">How much it may use.</param>
/// <param name="OpenTimeout">How long it may take to open its session.</param>
/// <param name="Outputs">Of a program that makes content: the files and folders of its work folder that are kept.</param>
/// <param name="Files">What lies in its work folder when it starts.</param>
internal sealed record ProgramOrder(
    ImmutableArray<string> Command, string? Executor, ImmutableArray<ContentName> Content,
    ImmutableSortedDictionary<string, string> Environment, WorkLimits Limits, TimeSpan OpenTimeout,
    ImmutableArray<string> Outputs, ImmutableArray<OrderedFile> Files) : TaskBody
{
    private const int MostFiles = 64;

    /// <inheritdoc/>
    public override ImmutableArray<string> Needed => [.. Content.Select(name => name.ToString())];

    /// <summary>Reads a body.</summary>
    public static ProgramOrder Bind(SectionBinder root)
    {
        var limits = root.Section("limits");
        var usual = new WorkLimits();
        root.Ignore("executor");
        return new ProgramOrder(
            CommandBinding.Words(root),
            root.Has("executor") ? root.Choice("executor", null, KnownExecutors.Names) : null,
            ReadContent(root),
            CommandBinding.Environment(root),
            new WorkLimits
            {
                MemoryBytes = limits.Bytes("memory", usual.MemoryBytes, 16L << 20, 1L << 44),
                ProcessorTime = limits.Span("processorTime", usual.ProcessorTime, TimeSpan.FromSeconds(1), TimeSpan.FromDays(100_000)),
                Processes = (int)limits.Whole("processes", usual.Processes, 4, 100_000),
                FileBytes = limits.Bytes("file", usual.FileBytes, 4096, 1L << 44),
                DiskBytes = limits.Bytes("disk", usual.DiskBytes, 64 << 10, 1L << 46),
                TimeOut = limits.Span("time", usual.TimeOut, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(366)),
            },
            CommandBinding.OpenTimeout(root),
            root.Texts("outputs", [], 256),
            [.. root.Sections("files", MostFiles).Select(ReadFile)]);
    }

    // The file system takes more, but a task must not write elsewhere than into its own folder.
    private static OrderedFile ReadFile(SectionBinder section)
    {
        var name = section.Text("name", null, 64);
        if (!name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-') || name.All(letter => letter == '.'))
            section.Fault("name", "may have a-z, A-Z, 0-9, '-', '.' and '_' alone, and no folder");
        return new OrderedFile(name, section.Text("text", null, TaskDefinition.MaxBodyBytes));
    }

    private static ImmutableArray<ContentName> ReadContent(SectionBinder root)
    {
        var names = ImmutableArray.CreateBuilder<ContentName>();
        foreach (var text in root.Texts("content", [], 64))
            if (ContentName.TryParse(text, out var name))
                names.Add(name);
            else
                root.Fault("content",
                    $"has '{Mistake.Shorten(text)}', which is no name of content; {ContentNameForm}");
        return names.ToImmutable();
    }
}
