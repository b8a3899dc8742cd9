using System.Text;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Connecting;

/// <summary>Asks for a password at the terminal, which does not show it.</summary>
internal static class PasswordPrompt
{
    /// <exception cref="CommandException">Nobody can be asked, nothing was typed, or not twice the same.</exception>
    public static async Task<string> AskAsync(VerbContext context, string question, bool isNew)
    {
        if (!context.Output.CanAsk)
            throw new CommandException(ExitCode.Refused, "A password is needed and there is no terminal to ask at: use --password-file or PYREMTO_PASSWORD.");
        var password = await ReadAsync(question, context.Stopped);
        if (password.Length == 0)
            throw new CommandException(ExitCode.Refused, "No password was typed.");
        if (isNew && await ReadAsync("Once more: ", context.Stopped) != password)
            throw CommandException.WrongUse("The two passwords differ; nothing was done.");
        return password;
    }

    private static async Task<string> ReadAsync(string question, CancellationToken cancellationToken)
    {
        await Console.Error.WriteAsync(question.AsMemory(), cancellationToken);
        try
        {
            // Reading keys blocks its thread, so it has one of its own; the process ends without it.
            return await Task.Factory.StartNew(ReadKeys, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                .WaitAsync(cancellationToken);
        }
        finally
        {
            await Console.Error.WriteLineAsync();
        }
    }

    private static string ReadKeys()
    {
        var typed = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
                return typed.ToString();
            if (key.Key == ConsoleKey.Backspace)
                typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                typed.Append(key.KeyChar);
        }
    }
}
