namespace Starling.Programs.Tests;

public sealed class SwarmEnvironmentTests
{
    /// <summary>Red if a program without a node is another member than it is told, or does not write what it is asked for.</summary>
    [Fact]
    public void A_program_without_a_node_plays_the_member_that_it_is_told()
    {
        Assert.Equal(new SwarmEnvironment(new SwarmMember(0, 1), null, null, null, null), Of("STARLING_LOOPBACK=1"));
        Assert.Equal(
            new SwarmEnvironment(new SwarmMember(2, 3), null, null, "m", "s"),
            Of("STARLING_LOOPBACK=true", "STARLING_MEMBER=2", "STARLING_MEMBERS=3", "STARLING_WRITE_MODEL=m", "STARLING_WRITE_SCORE=s",
                "STARLING_SESSION_SOCKET=x", "STARLING_SESSION_TOKEN=y"));
    }

    /// <summary>Red if a program with a session trains alone, or writes files that only one without a node writes.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("STARLING_LOOPBACK=0")]
    [InlineData("STARLING_LOOPBACK=")]
    public void A_program_with_a_session_takes_part(string loopback) =>
        Assert.Equal(new SwarmEnvironment(null, "x", "y", null, null),
            Of(loopback, "STARLING_SESSION_SOCKET=x", "STARLING_SESSION_TOKEN=y", "STARLING_WRITE_MODEL=m", "STARLING_MEMBER=9"));

    [Theory]
    [InlineData("STARLING_SESSION_SOCKET=x", "no session is named")]
    [InlineData("STARLING_LOOPBACK=1 STARLING_MEMBER=1", "STARLING_MEMBER is '1'; write a whole number from 0 to 0.")]
    [InlineData("STARLING_LOOPBACK=1 STARLING_MEMBERS=0", "STARLING_MEMBERS is '0'; write a whole number from 1 to 1024.")]
    [InlineData("STARLING_LOOPBACK=1 STARLING_MEMBERS=-3", "STARLING_MEMBERS is '-3'")]
    public void What_makes_no_sense_is_refused(string variables, string expected) =>
        Assert.Contains(expected, Assert.Throws<SwarmProgramException>(() => Of(variables.Split(' '))).Message, StringComparison.Ordinal);

    private static SwarmEnvironment Of(params string[] variables)
    {
        var set = variables.Select(variable => variable.Split('=')).Where(parts => parts.Length == 2)
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
        return SwarmEnvironment.Of(name => set.GetValueOrDefault(name));
    }
}
