namespace Pyremto.Cli.Terminal;

/// <summary>Asks before something that cannot be undone.</summary>
internal static class Confirmation
{
    /// <summary>Whether who sits at the terminal says yes.</summary>
    /// <exception cref="CommandException">Nobody can be asked.</exception>
    public static async Task<bool> AskAsync(VerbContext context, string question)
    {
        if (!context.Output.CanAsk)
            throw CommandException.WrongUse("There is no terminal to ask at; say --yes where it is meant.");
        await Console.Error.WriteAsync($"{question} [y/N] ".AsMemory(), context.Stopped);
        // Reading blocks its thread, so it has one of its own; the process ends without it.
        var answer = await Task.Factory
            .StartNew(Console.ReadLine, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .WaitAsync(context.Stopped);
        return answer?.Trim() is "y" or "Y" or "yes" or "Yes";
    }
}
