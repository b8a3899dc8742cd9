namespace Pyremto.Cli.Inputs;

/// <summary>Where jobs come from.</summary>
internal interface IJobInput
{
    /// <summary>What it is called in messages.</summary>
    string Name { get; }

    /// <summary>Reads all of it.</summary>
    /// <exception cref="Terminal.CommandException">Something in it is broken, with its place; or it holds no job.</exception>
    Task<IReadOnlyList<JsonText>> ReadAsync(CancellationToken cancellationToken);
}
