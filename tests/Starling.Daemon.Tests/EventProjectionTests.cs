using System.Collections.Immutable;
using System.Text.Json;
using Starling.Api;
using Starling.Api.Events;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Training;
using Starling.Daemon.Events;
using Starling.Learning.Programs;
using Starling.Node.Events;

namespace Starling.Daemon.Tests;

public sealed class EventProjectionTests
{
    private static readonly NodeId A = NodeId.Create("test", "clinic", "a");
    private static readonly BlobId Blob = new(Digest.Of("blob"u8));

    public static TheoryData<Type> Kinds => [.. Types(typeof(NodeEvent).Assembly).Concat(Types(typeof(EdgeEvent).Assembly))];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_event_has_a_form_that_is_read_back(Type kind)
    {
        var happened = (NodeEvent)Sample(kind)!;
        var projected = EventProjection.Project(new StreamedEvent(7, DateTimeOffset.UnixEpoch, happened));
        var json = JsonSerializer.Serialize(projected, ApiJson.Default.ApiEvent);
        Assert.NotEqual(typeof(ApiEvent), projected.GetType());
        Assert.Equal((7, DateTimeOffset.UnixEpoch), (projected.Cursor, projected.At));
        var back = JsonSerializer.Deserialize(json, ApiJson.Default.ApiEvent)!;
        Assert.Equal(projected.GetType(), back.GetType());
        Assert.Equal(json, JsonSerializer.Serialize(back, ApiJson.Default.ApiEvent));
    }

    [Fact]
    public void What_is_no_number_is_left_out()
    {
        var happened = new ModelEvaluated(ContractId.Parse("trial"), ModelKind.Local, 3,
            new Evaluation(double.NaN, double.PositiveInfinity, null, 0.5, 10));
        var json = JsonSerializer.Serialize(EventProjection.Project(new StreamedEvent(1, DateTimeOffset.UnixEpoch, happened)),
            ApiJson.Default.ApiEvent);
        Assert.Equal(
            """{"kind":"evaluated","contract":"trial","subject":"local","measurement":{"round":3,"f1":0.5,"examples":10},"cursor":1,"at":"1970-01-01T00:00:00+00:00"}""", json);
    }

    [Fact]
    public void An_event_of_a_newer_node_is_read_as_far_as_it_is_known()
    {
        var read = JsonSerializer.Deserialize("""{"cursor":5,"kind":"from-the-future","at":"2030-01-01T00:00:00Z","more":[1]}""",
            ApiJson.Default.ApiEvent)!;
        Assert.Equal((typeof(ApiEvent), 5L), (read.GetType(), read.Cursor));
    }

    [Fact]
    public void A_line_that_is_cut_short_or_is_no_event_is_left_out()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, """
            {"kind":"trouble","cursor":1,"at":"2030-01-01T00:00:00Z","contract":"trial","what":"one"}
            not an event
            {"kind":"trouble","cursor":2,"at":"2030-01-01T00:00:00Z","contract":"trial","what":"two"}
            {"kind":"trouble","cursor":3,"at":"20
            """);
        Assert.Equal(["one", "two"], EventFile.Read(path).Cast<TroubleEvent>().Select(e => e.What));
        File.Delete(path);
        Assert.Empty(EventFile.Read(path));
    }

    private static IEnumerable<Type> Types(System.Reflection.Assembly assembly) =>
        assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(NodeEvent)) && !type.IsAbstract);

    private static object? Sample(Type type)
    {
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(0);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
            return type.GenericTypeArguments[0] == typeof(NodeId)
                ? ImmutableArray.Create(A)
                : ImmutableArray.Create(new LeftOut(A, LeftOutReason.WrongSchema));
        if (type == typeof(NodeId))
            return A;
        if (type == typeof(BlobId))
            return Blob;
        if (type == typeof(ContractId))
            return ContractId.Parse("trial");
        if (type == typeof(string))
            return "text";
        if (type == typeof(double) || type == typeof(double?))
            return 0.25;
        if (type.IsValueType)
            return Activator.CreateInstance(type);
        var constructor = type.GetConstructors().MaxBy(c => c.GetParameters().Length)!;
        return constructor.Invoke([.. constructor.GetParameters().Select(p => Sample(p.ParameterType))]);
    }
}
