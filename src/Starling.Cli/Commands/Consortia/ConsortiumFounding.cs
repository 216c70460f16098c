using System.CommandLine;
using Starling.Api;
using Starling.Cli.Terminal;
using Starling.Core.Identity;
using Starling.Core.Tasks;
using Starling.Daemon.Joining;

namespace Starling.Cli.Commands.Consortia;

/// <summary>
/// The entry 0 of a task runner as a consortium's file tells it. Nodes wait for this one; any other they would never follow.
/// </summary>
internal static class ConsortiumFounding
{
    /// <summary>Reads it.</summary>
    /// <param name="file">The consortium's file.</param>
    /// <param name="runner">The task runner that is to be founded.</param>
    /// <param name="admin">Who founds it.</param>
    /// <param name="parsed">The command line, which must not say otherwise.</param>
    /// <exception cref="CommandException">The file is for another task runner or founder, or the command line says who
    /// operators are, too.</exception>
    public static FoundRunner Read(string file, ContractId runner, NodeId admin, ParseResult parsed)
    {
        if (parsed.Tokens.Any(token => token.Value is "--operators" or "--admins" or "--anchors"))
            throw new CommandException(ExitCode.Usage,
                "--consortium says who operators, admins and authorities are; leave the other options out.");
        var consortium = Consortium.ReadFile(file);
        var founder = consortium.Founding.Admins[0].Node;
        return consortium.Runner == runner && founder == admin
            ? consortium.Founding
            : throw new CommandException(ExitCode.Usage,
                $"{file} is for {consortium.Runner}, founded by {founder}; it cannot found {runner} as {admin}.");
    }
}
