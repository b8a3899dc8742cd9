using System.CommandLine;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Connecting;

/// <summary>The options that say where the coordinator is.</summary>
internal sealed class ConnectionOptions
{
    /// <summary>The variable that stands for <c>--url</c>.</summary>
    public const string UrlVariable = "PYREMTO_URL";

    /// <summary>The variable that stands for <c>--pipe</c>.</summary>
    public const string PipeVariable = "PYREMTO_PIPE";

    /// <summary>The variable that holds the operator's key.</summary>
    public const string OperatorKeyVariable = "PYREMTO_OPERATOR_KEY";

    private readonly Option<string?> _url = new("--url")
    {
        Description = $"Where the coordinator is; also {UrlVariable}. Default: {CoordinatorLocation.DefaultUrl}",
        HelpName = "URL",
    };

    private readonly Option<string?> _pipe = new("--pipe")
    {
        Description = $"The name of the coordinator's pipe, on this machine; also {PipeVariable}",
        HelpName = "NAME",
    };

    private readonly Option<string?> _operatorKeyFile = new("--operator-key-file")
    {
        Description = $"A file with the operator's key, which creating and listing tags on another machine needs; also {OperatorKeyVariable}",
        HelpName = "FILE",
    };

    /// <summary>Gives a verb these options.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_url);
        command.Options.Add(_pipe);
        command.Options.Add(_operatorKeyFile);
    }

    /// <summary>Where the coordinator is: by the options, else by the environment, else on this machine.</summary>
    /// <exception cref="CommandException">Both ways are named, or the key's file cannot be read.</exception>
    public CoordinatorLocation Locate(ParseResult parsed)
    {
        var key = parsed.GetValue(_operatorKeyFile) is { } file ? SecretFile.Read(file, "operator's key") : Variable(OperatorKeyVariable);
        var location = Choose(parsed.GetValue(_url), parsed.GetValue(_pipe), "--url", "--pipe")
            ?? Choose(Variable(UrlVariable), Variable(PipeVariable), UrlVariable, PipeVariable)
            ?? new CoordinatorLocation(CoordinatorLocation.DefaultUrl, Pipe: null, OperatorKey: null);
        return location with { OperatorKey = key };
    }

    /// <summary>What is said where the key is missing or wrong.</summary>
    public static CommandException KeyRefused(WrongPasswordException error) =>
        new(ExitCode.Refused, $"{error.Message} 'pyremto serve' tells it; it comes from --operator-key-file or {OperatorKeyVariable}.", error);

    private static CoordinatorLocation? Choose(string? url, string? pipe, string urlName, string pipeName) => (url, pipe) switch
    {
        (null, null) => null,
        ({ }, { }) => throw CommandException.WrongUse($"{urlName} and {pipeName} name two coordinators; leave one out."),
        _ => new CoordinatorLocation(url, pipe, OperatorKey: null),
    };

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
