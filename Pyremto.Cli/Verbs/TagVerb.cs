using System.CommandLine;
using Pyremto.Cli.Connecting;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary>A verb that looks at or steers one tag.</summary>
internal abstract class TagVerb : CoordinatorVerb
{
    private readonly Option<string> _tag = new("--tag", "-t") { Description = "The tag", HelpName = "TAG" };
    private readonly PasswordOptions _password = new();

    /// <inheritdoc cref="Verb(string, string, string[])"/>
    protected TagVerb(string name, string description, params string[] examples)
        : base(name, description, examples)
    {
        Options.Insert(0, _tag);
        _password.AddTo(this);
    }

    protected sealed override async Task<int> RunAsync(VerbContext context, CoordinatorConnection connection)
    {
        var name = context.Parsed.GetValue(_tag) ?? throw CommandException.WrongUse($"Say which tag: --tag TAG. 'pyremto {Name} --help' tells how it is used.");
        var tag = await _password.OpenAsync(name, connection.Scheduler, context);
        return await RunAsync(context, connection, tag);
    }

    /// <summary>Does it, and answers the exit code.</summary>
    protected abstract Task<int> RunAsync(VerbContext context, CoordinatorConnection connection, TagAccess tag);
}
