using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Starling.Fuzz.Coverage;

/// <summary>
/// Lets one method count. Behind each conditional branch stand landing pads, one an outcome: each counts and goes on to where the branch
/// led. They stand right there, so that none leaves the protected region that its branch is in.
/// </summary>
internal sealed class MethodInstrumentation(MethodDefinition method, FieldReference hits, List<BranchSite> sites)
{
    private readonly MethodBody body = method.Body;
    private readonly ILProcessor il = method.Body.GetILProcessor();
    private readonly IDictionary<Instruction, SequencePoint> points = method.DebugInformation.GetSequencePointMapping();
    private readonly string type = Instrumenter.Outermost(method.DeclaringType).FullName;
    private readonly string name = WrittenName(method);
    private SequencePoint? point;

    public void Apply()
    {
        body.SimplifyMacros();
        var first = body.Instructions[0];
        foreach (var instruction in body.Instructions.ToArray())
        {
            point = points.TryGetValue(instruction, out var found) ? found : point;
            if (instruction.OpCode.FlowControl == FlowControl.Cond_Branch)
                Count(instruction);
        }

        foreach (var counting in Hit(Add(outcome: -1, isWritten: false)))
            il.InsertBefore(first, counting);
        body.OptimizeMacros();
    }

    private void Count(Instruction branch)
    {
        var next = branch.Next;
        var isWritten = point is { IsHidden: false } && !IsPlumbing(branch);
        var added = new List<Instruction>();
        Pad(0, next);
        if (branch.Operand is Instruction[] targets)
            branch.Operand = targets.Select((target, i) => Pad(i + 1, target)).ToArray();
        else
            branch.Operand = Pad(1, (Instruction)branch.Operand);
        foreach (var instruction in added)
            il.InsertBefore(next, instruction);

        Instruction Pad(int outcome, Instruction target)
        {
            var counting = Hit(Add(outcome, isWritten));
            added.AddRange(counting);
            added.Add(il.Create(OpCodes.Br, target));
            return counting[0];
        }
    }

    /// <summary>What the compiler asks on its own account: whether an await must wait, and whether a delegate was made before.</summary>
    private static bool IsPlumbing(Instruction branch)
    {
        for (var (at, steps) = (branch.Previous, 0); at is not null && steps < 3; at = at.Previous, steps++)
            if (at.Operand is MethodReference { Name: "get_IsCompleted" }
                || (at.Operand is FieldReference field && (field.Name.StartsWith('<') || field.DeclaringType.Name.StartsWith('<'))))
                return true;
        return false;
    }

    private int Add(int outcome, bool isWritten)
    {
        sites.Add(new BranchSite(sites.Count, type, name, isWritten ? Path.GetFileName(point!.Document.Url) : "",
            isWritten ? point!.StartLine : 0, outcome));
        return sites.Count - 1;
    }

    private Instruction[] Hit(int counter) =>
    [
        il.Create(OpCodes.Ldsfld, hits), il.Create(OpCodes.Ldc_I4, counter), il.Create(OpCodes.Ldelema, method.Module.TypeSystem.Byte),
        il.Create(OpCodes.Dup),
        il.Create(OpCodes.Ldind_U1), il.Create(OpCodes.Ldc_I4, 1), il.Create(OpCodes.Add), il.Create(OpCodes.Stind_I1),
    ];

    // <Read>b__3_0 is a lambda in Read, <Fill>g__Step|2_1 a local function, and <ReadAsync>d__7.MoveNext the body of ReadAsync.
    private static string WrittenName(MethodDefinition method)
    {
        var name = method.Name.StartsWith('<') ? method.Name : method.DeclaringType.Name;
        return name.StartsWith('<') && name.IndexOf('>', StringComparison.Ordinal) is > 1 and var end ? name[1..end] : method.Name;
    }
}
