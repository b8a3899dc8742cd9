using Pyremto.Cli.Connecting;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary>A verb that asks a coordinator.</summary>
internal abstract class CoordinatorVerb : Verb
{
    private readonly ConnectionOptions _connection = new();

    /// <inheritdoc cref="Verb(string, string, string[])"/>
    protected CoordinatorVerb(string name, string description, params string[] examples)
        : base(name, description, examples) => _connection.AddTo(this);

    public override async Task<int> RunAsync(VerbContext context)
    {
        await using var connection = CoordinatorConnection.Open(_connection.Locate(context.Parsed), context.Output);
        return await RunAsync(context, connection);
    }

    /// <summary>Does it, and answers the exit code.</summary>
    protected abstract Task<int> RunAsync(VerbContext context, CoordinatorConnection connection);
}
