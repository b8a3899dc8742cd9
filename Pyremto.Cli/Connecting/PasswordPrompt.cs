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
        await using var input = await HiddenInput.OpenAsync();
        var password = await input.AskAsync(question, context.Stopped);
        if (password.Length == 0)
            throw new CommandException(ExitCode.Refused, "No password was typed.");
        if (isNew && await input.AskAsync("Once more: ", context.Stopped) != password)
            throw CommandException.WrongUse("The two passwords differ; nothing was done.");
        return password;
    }
}
