using Starling.Repository.Tests.Rules;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests;

public sealed class CommandLineExceptionsTests
{
    [Fact]
    public void The_repository_keeps_the_rule() => Finding.None(CommandLineExceptions.Check(RepositoryTree.Files));

    [Theory]
    [InlineData("RunCommand.cs", "using Starling.Daemon;")]
    [InlineData("RunCommand.cs", "global using Starling.Daemon.Hosting;")]
    [InlineData("RunCommand.cs", "using Simulator = Starling.Simulation.World;")]
    [InlineData("RunCommand.cs", "class A { object b = new global::Starling.Node.Loop(); }")]
    [InlineData("RunCommand.cs", "class A { int b = Starling.Node.Loop.Count; }")]
    [InlineData("RunCommand.cs", "namespace Starling.Cli; class A { Simulation.World? b; }")]
    [InlineData("SimCommand.cs", "using Starling.Daemon;")]
    [InlineData("NodeStartCommand.cs", "using Starling.Simulation;")]
    [InlineData("RunProvisioning.cs", "using Starling.Daemon;")]
    [InlineData("Starling.Cli.csproj", """<Using Include="Starling.Daemon" />""")]
    public void A_hidden_use_is_found(string file, string text) =>
        Assert.NotEmpty(CommandLineExceptions.Check([new SourceFile("src/Starling.Cli/" + file, text)]));

    [Theory]
    [InlineData("NodeStartCommand.cs", "using Starling.Daemon.Hosting;")]
    [InlineData("SimCommand.cs", "using Starling.Simulation;")]
    [InlineData("RunProvisioning.cs", "using Starling.Node.Identity;")]
    [InlineData("RunCommand.cs", "// using Starling.Daemon;\nclass A { string b = \"Starling.Node.Loop\"; }")]
    public void A_permitted_use_is_not(string file, string text) =>
        Assert.Empty(CommandLineExceptions.Check([new SourceFile("src/Starling.Cli/" + file, text)]));
}
