using Starling.Repository.Tests.Rules;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests;

public sealed class OnePublicTypeTests
{
    [Fact]
    public void The_repository_keeps_the_rule() => Finding.None(OnePublicType.Check(RepositoryTree.Files));

    [Theory]
    [InlineData("public class A; public class B;")]
    [InlineData("namespace N; public record A; public enum B { }")]
    [InlineData("namespace N { public record A; public delegate void B(); }")]
    [InlineData("public abstract record A; public record B : A; public record C;")]
    [InlineData("public record A; public record B : A;")]
    [InlineData("public abstract record A; public abstract record B;")]
    [InlineData("public abstract record Z; public record B : Z;")]
    [InlineData("public abstract record A; public record B(int C) : A; public enum D { }")]
    public void Two_public_types_are_found(string text) => Assert.Single(OnePublicType.Check([Sample(text)]));

    [Theory]
    [InlineData("public class A; internal class B; file class C;")]
    [InlineData("public class A { public class B; }")]
    [InlineData("public class A; public class A<T>;")]
    [InlineData("public abstract record A; public sealed record B(int C) : A; public sealed record D() : N.A;")]
    [InlineData("public abstract record A; public abstract record B : A; public sealed record C(int D) : B(D);")]
    [InlineData("public abstract record A; public record B(ImmutableArray<C> D) : A; public record C; public abstract record R; public record S : R;")]
    public void One_type_or_family_is_not(string text) => Assert.Empty(OnePublicType.Check([Sample(text)]));

    private static SourceFile Sample(string text) => new("src/Starling.Core/A.cs", text);
}
