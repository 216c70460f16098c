using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Starling.Learning.Experiments;

/// <summary>
/// The events of a YAML text. The library refuses most broken texts by its own exception; some unbalanced brackets, unfit tags and escapes
/// that name no character it refuses by others, which are turned into that one here, where nothing but the library runs.
/// </summary>
internal sealed class YamlEvents(Parser parser) : IParser
{
    /// <inheritdoc/>
    public ParsingEvent? Current => parser.Current;

    /// <inheritdoc/>
    public bool MoveNext()
    {
        try
        {
            return parser.MoveNext();
        }
        catch (InvalidOperationException e)
        {
            throw Broken("it ends in the middle", e);
        }
        catch (ArgumentException e)
        {
            throw Broken("a tag or an escape in it means nothing", e);
        }
    }

    private YamlException Broken(string why, Exception cause)
    {
        var at = parser.Current?.End ?? Mark.Empty;
        return new YamlException(at, at, why, cause);
    }
}
