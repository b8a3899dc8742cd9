using System.CommandLine;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Connecting;

/// <summary>The options that say where a tag's password comes from.</summary>
internal sealed class PasswordOptions
{
    /// <summary>The variable that holds the password. It is not for the programs that a worker runs.</summary>
    public const string PasswordVariable = "PYREMTO_PASSWORD";

    private readonly Option<string?> _file = new("--password-file")
    {
        Description = $"A file with the tag's password; also {PasswordVariable}, which holds the password itself",
        HelpName = "FILE",
    };

    private readonly Option<bool> _ask = new("--ask-password") { Description = "Ask for the tag's password at the terminal" };

    private readonly Option<string?> _password = new("--password")
    {
        Description = "The tag's password; others on this machine can read it there, so better use one of the above",
        HelpName = "PASSWORD",
    };

    /// <summary>Gives a verb these options.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_file);
        command.Options.Add(_ask);
        command.Options.Add(_password);
    }

    /// <summary>The password that the options or the environment name; null where they name none.</summary>
    /// <param name="context">The verb.</param>
    /// <param name="isNew">Whether it is about to be set, and so is asked for twice.</param>
    /// <exception cref="CommandException">Several are named, the file cannot be read, or nobody can be asked.</exception>
    public async Task<string?> ReadAsync(VerbContext context, bool isNew = false)
    {
        var (file, ask, password) = (context.Parsed.GetValue(_file), context.Parsed.GetValue(_ask), context.Parsed.GetValue(_password));
        if ((file is not null ? 1 : 0) + (ask ? 1 : 0) + (password is not null ? 1 : 0) > 1)
            throw CommandException.WrongUse("Give the password in one way: --password-file, --ask-password or --password.");
        if (password is not null)
        {
            context.Output.WriteWarning("--password is seen by everyone on this machine and stays in the shell's history; better is --password-file.");
            return password;
        }
        if (file is not null)
            return SecretFile.Read(file, "password");
        if (ask)
            return await PasswordPrompt.AskAsync(context, "Password: ", isNew);
        return Environment.GetEnvironmentVariable(PasswordVariable) is { Length: > 0 } value ? value : null;
    }

    /// <summary>
    /// The access to a tag that is there. Where no password is named, the tag wants one and a person is there, the person is asked.
    /// </summary>
    public async Task<TagAccess> OpenAsync(string tag, IJobScheduler scheduler, VerbContext context)
    {
        var access = new TagAccess(tag, await ReadAsync(context));
        if (access.Password is not null || !context.Output.CanAsk)
            return access;
        try
        {
            await scheduler.GetProgressAsync(access, context.Stopped);
            return access;
        }
        catch (WrongPasswordException)
        {
            var name = TerminalText.Escape(tag);
            return access with { Password = await PasswordPrompt.AskAsync(context, $"Password of {name}: ", isNew: false) };
        }
        catch (TagUnknownException)
        {
            return access; // the verb knows what to make of it
        }
    }
}
