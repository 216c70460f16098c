using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Starling.Fuzz.Coverage;

/// <summary>
/// Copies the fuzzer's folder and lets the parsers in the copy count: every method and both outcomes of every conditional branch add one to
/// a byte of their own. The counters are a static array in each assembly, found by <see cref="CoverageMap"/>; what each of them counts
/// stands in a list beside it.
/// </summary>
internal static class Instrumenter
{
    /// <summary>The class that holds an assembly's counters, and its field.</summary>
    public const string ClassName = "StarlingCoverage", FieldName = "Hits";

    // YamlDotNet's scanner is counted too: it steers the search, and is no parser of ours to report on.
    private static readonly (string Assembly, string[] Prefixes)[] Counted =
    [
        ("Starling.Core",
            ["Starling.Core.Models.", "Starling.Core.Canonical.", "Starling.Core.Ledger.", "Starling.Core.Training.TrainingEntryCodec",
                "Starling.Core.Tasks.RunnerEntryCodec",
            "Starling.Core.Identity.", "Starling.Core.Blobs.BlobManifest", "Starling.Core.Configuration."]),
        ("Starling.Learning", ["Starling.Learning.Experiments.", "Starling.Learning.Data."]),
        ("Starling.Node", ["Starling.Node.Transport."]),
        ("Starling.Daemon", ["Starling.Daemon.Configuration."]),
        ("YamlDotNet", ["YamlDotNet.Core."]),
    ];

    /// <summary>The list beside an assembly.</summary>
    public static string SitesFile(string folder, string assembly) => Path.Combine(folder, assembly + ".branches.txt");

    /// <summary>Makes the copy.</summary>
    /// <param name="from">A build's folder.</param>
    /// <param name="to">The copy's, which is made; what it holds of an earlier copy is overwritten.</param>
    /// <returns>How many counters there are.</returns>
    public static int Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }

        return Counted.Sum(assembly => Instrument(from, to, assembly.Assembly, assembly.Prefixes));
    }

    /// <summary>Copies one assembly so that it counts.</summary>
    internal static int Instrument(string from, string to, string name, string[] prefixes)
    {
        using var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(from);
        var hasSymbols = File.Exists(Path.Combine(from, name + ".pdb"));
        using var assembly = AssemblyDefinition.ReadAssembly(Path.Combine(from, name + ".dll"),
            new ReaderParameters { AssemblyResolver = resolver, ReadSymbols = hasSymbols });
        var module = assembly.MainModule;
        var hits = new FieldDefinition(FieldName, FieldAttributes.Public | FieldAttributes.Static | FieldAttributes.InitOnly,
            new ArrayType(module.TypeSystem.Byte));
        var sites = new List<BranchSite>();
        foreach (var method in AllTypes(module.Types).SelectMany(type => type.Methods).Where(method => method.HasBody).ToList())
            if (prefixes.Any(prefix => Outermost(method.DeclaringType).FullName.StartsWith(prefix, StringComparison.Ordinal)))
                new MethodInstrumentation(method, hits, sites).Apply();
        AddCounters(module, hits, sites.Count);
        assembly.Write(Path.Combine(to, name + ".dll"), new WriterParameters { WriteSymbols = hasSymbols });
        File.WriteAllLines(SitesFile(to, name), sites.Select(site => site.Format()));
        return sites.Count;
    }

    /// <summary>The type that is not nested and holds this one.</summary>
    internal static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static IEnumerable<TypeDefinition> AllTypes(IEnumerable<TypeDefinition> types) =>
        types.SelectMany(type => AllTypes(type.NestedTypes).Prepend(type));

    private static void AddCounters(ModuleDefinition module, FieldDefinition hits, int count)
    {
        var type = new TypeDefinition("", ClassName,
            TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed | TypeAttributes.BeforeFieldInit,
            module.TypeSystem.Object);
        var constructor = new MethodDefinition(
            ".cctor",
            MethodAttributes.Private | MethodAttributes.Static | MethodAttributes.SpecialName | MethodAttributes.RTSpecialName
                | MethodAttributes.HideBySig, module.TypeSystem.Void);
        var il = constructor.Body.GetILProcessor();
        il.Emit(OpCodes.Ldc_I4, count);
        il.Emit(OpCodes.Newarr, module.TypeSystem.Byte);
        il.Emit(OpCodes.Stsfld, hits);
        il.Emit(OpCodes.Ret);
        type.Fields.Add(hits);
        type.Methods.Add(constructor);
        module.Types.Add(type);
    }
}
