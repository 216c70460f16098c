using Starling.Api;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;
using Starling.Core.Identity;

namespace Starling.Cli.Control;

/// <summary>Finds an operator by what people call it: its SPIFFE ID, <c>organisation/name</c>, or its name if no other has it.</summary>
internal static class OperatorNames
{
    /// <summary>The operator that is meant.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="operators">Those there are, SPIFFE IDs.</param>
    /// <exception cref="CommandException">None or several are.</exception>
    public static string Find(string text, IReadOnlyCollection<string> operators) =>
        Find(text, operators, ("operator", "starling runner peers"));

    /// <summary>The node that is meant, of several that are something else than operators.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="operators">Those there are, SPIFFE IDs.</param>
    /// <param name="kind">What they are, and the command that shows them.</param>
    /// <exception cref="CommandException">None or several are.</exception>
    public static string Find(string text, IReadOnlyCollection<string> operators, (string Word, string Command) kind)
    {
        foreach (var form in (Func<NodeId, string>[])[node => node.Value, node => node.Short, node => node.Name])
        {
            var meant = operators.Where(name => form(NodeId.Parse(name)) == text).ToList();
            if (meant.Count == 1)
                return meant[0];
            if (meant.Count > 1)
                throw new CommandException(ExitCode.Usage, $"'{text}' may be {string.Join(" or ", meant)}; write which.");
        }

        throw new CommandException(ExitCode.Usage,
            UnknownName.Sentence(kind.Word, text, operators.Select(Short), kind.Command));
    }

    /// <summary>An operator as people call it.</summary>
    public static string Short(string name) => NodeId.TryParse(name, out var node) ? node.Short : name;
}
