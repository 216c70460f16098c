using Microsoft.CodeAnalysis.CSharp.Syntax;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests.Rules;

/// <summary>
/// Each test over whole processes has a time limit: one that hangs would take the results of all others with it, and name none. xUnit
/// limits only what returns a task, and nothing else waits.
/// </summary>
internal static class EndToEndTestsEnd
{
    private const string Folder = "tests/Starling.EndToEnd.Tests";

    /// <summary>Finds each test without one.</summary>
    public static IEnumerable<string> Check(IEnumerable<SourceFile> files) =>
        from file in files
        where file.IsCSharpUnder(Folder)
        from method in file.Root.DescendantNodes().OfType<MethodDeclarationSyntax>()
        from attribute in method.AttributeLists.SelectMany(list => list.Attributes)
        where attribute.Name.ToString() is "Fact" or "Theory" && method.ReturnType.ToString() != "void"
            && !(attribute.ArgumentList?.Arguments.Any(argument => argument.NameEquals?.Name.ToString() == "Timeout") ?? false)
        select $"{file.At(method)}: {method.Identifier.Text} has no time limit; write [{attribute.Name}(Timeout = TimeLimit.Quick)]";
}
