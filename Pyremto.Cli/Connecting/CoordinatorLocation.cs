using Microsoft.Extensions.DependencyInjection;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Connecting;

/// <summary>Where a coordinator is, and what it is to be told beside a tag's password.</summary>
/// <param name="Url">Its address; null where it is reached over a pipe.</param>
/// <param name="Pipe">The name of its pipe; null where it is reached over HTTP.</param>
/// <param name="OperatorKey">What creating and listing tags needs from other machines.</param>
internal sealed record CoordinatorLocation(string? Url, string? Pipe, string? OperatorKey)
{
    /// <summary>Where a coordinator is that nobody named.</summary>
    public const string DefaultUrl = "http://localhost:5080";

    /// <summary>How a person would name it; without secrets.</summary>
    public string Name => Pipe is null ? Url! : $"pipe {Pipe}";

    /// <summary>The options that lead another call of this command to the same coordinator; empty for the default one.</summary>
    public string Options => (Pipe, Url) switch
    {
        ({ } pipe, _) => $" --pipe {ShellText.Quote(pipe)}",
        (_, DefaultUrl) => "",
        _ => $" --url {ShellText.Quote(Url!)}",
    };

    /// <summary>Lets a host use the coordinator.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="reconnectFor">How long a call waits for a coordinator that does not answer.</param>
    /// <exception cref="CommandException">It is no address and no name.</exception>
    public IPyremtoBuilder Use(IPyremtoBuilder builder, TimeSpan reconnectFor)
    {
        try
        {
            return Pipe is { } pipe
                ? builder.UseNamedPipe(pipe, client => client.ReconnectFor = reconnectFor)
                : builder.UseHttp(Url!, client => (client.ReconnectFor, client.OperatorKey) = (reconnectFor, OperatorKey));
        }
        catch (ArgumentException error)
        {
            throw CommandException.WrongUse(error.Message.Split(" (Parameter", 2)[0], error);
        }
    }
}
