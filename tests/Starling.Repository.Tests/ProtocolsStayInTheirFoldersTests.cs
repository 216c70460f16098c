using Starling.Repository.Tests.Rules;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests;

public sealed class ProtocolsStayInTheirFoldersTests
{
    [Fact]
    public void The_repository_keeps_the_rule() => Finding.None(ProtocolsStayInTheirFolders.Check(RepositoryTree.Files));

    [Theory]
    [InlineData("src/Starling.Simulation/World.cs", "if (settings.Protocol == \"gossip\")")]
    [InlineData("src/Starling.Core/Training/Participation/Custody.cs", "GossipState.Of(p)")]
    [InlineData("src/Starling.Core/Training/Participation/Leader/MergeWork.cs", "// as gossip does")]
    public void A_protocol_named_elsewhere_is_found(string path, string line) =>
        Assert.Single(ProtocolsStayInTheirFolders.Check([new SourceFile(path, "x\n" + line + "\n")]));

    [Theory]
    [InlineData("src/Starling.Core/Training/Participation/Gossip/Exchange.cs")]
    [InlineData("src/Starling.Core/Training/Participation/SyncProtocols.cs")]
    [InlineData("docs/gossip.md")]
    [InlineData("tests/Starling.Core.Tests/Kernel/GossipTests.cs")]
    public void At_home_in_the_registry_and_in_words_and_tests_it_is_not(string path) =>
        Assert.Empty(ProtocolsStayInTheirFolders.Check([new SourceFile(path, "gossip")]));
}
