using System.Collections.Immutable;
using System.Globalization;
using Starling.Api.Sessions;

namespace Starling.Programs;

/// <summary>What the environment tells a program of how it is to run; the same for programs in any language.</summary>
/// <param name="Alone">Which member it is to play without a node; null if it has a session.</param>
/// <param name="Socket">The session's socket; null without a session.</param>
/// <param name="Token">The session's token.</param>
/// <param name="ModelFile">Where to write the initial model, and then to end; null to train.</param>
/// <param name="ScoreFile">Where to write how good the last model is; null for nowhere.</param>
internal sealed record SwarmEnvironment(SwarmMember? Alone, string? Socket, string? Token, string? ModelFile, string? ScoreFile)
{
    public const string LoopbackVariable = "STARLING_LOOPBACK", MemberVariable = "STARLING_MEMBER", MembersVariable = "STARLING_MEMBERS",
        ModelVariable = "STARLING_WRITE_MODEL", ScoreVariable = "STARLING_WRITE_SCORE";

    private const int MostMembers = 1024;

    private static readonly ImmutableArray<string> No = ["", "0", "false", "False"];

    /// <summary>Reads it.</summary>
    /// <param name="variable">The value of a variable; null if it is not set.</param>
    /// <exception cref="SwarmProgramException">It says neither which session nor that there is none, or a member that
    /// there is not.</exception>
    public static SwarmEnvironment Of(Func<string, string?> variable)
    {
        if (!No.Contains(variable(LoopbackVariable) ?? ""))
            return new SwarmEnvironment(Member(variable), null, null, variable(ModelVariable), variable(ScoreVariable));
        var (socket, token) = (variable(SessionClient.SocketVariable), variable(SessionClient.TokenVariable));
        return string.IsNullOrEmpty(socket) || string.IsNullOrEmpty(token)
            ? throw new SwarmProgramException($"no session is named; {SessionClient.SocketVariable} and {SessionClient.TokenVariable} are set by the node for the programs that it starts. Set {LoopbackVariable}=1 to try a program without a node.")
            : new SwarmEnvironment(null, socket, token, null, null);
    }

    private static SwarmMember Member(Func<string, string?> variable)
    {
        var members = Whole(variable, MembersVariable, 1, 1, MostMembers);
        return new SwarmMember(Whole(variable, MemberVariable, 0, 0, members - 1), members);
    }

    private static int Whole(Func<string, string?> variable, string name, int usual, int least, int most)
    {
        if (variable(name) is not { Length: > 0 } text)
            return usual;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new SwarmProgramException(
                $"{name} is '{Core.Configuration.Mistake.Shorten(text)}'; write a whole number from {least} to {most}.");
    }
}
