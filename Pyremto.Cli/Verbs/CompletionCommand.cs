using System.CommandLine;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary><c>pyremto completion</c>: a script by which a shell completes this command. It needs nothing else installed.</summary>
internal sealed class CompletionCommand : Verb
{
    private readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh, fish or pwsh", HelpName = "SHELL" };

    public CompletionCommand()
        : base(
            "completion", "Prints a script by which a shell completes this command",
            "eval \"$(pyremto completion bash)\"", "pyremto completion fish > ~/.config/fish/completions/pyremto.fish")
    {
        _shell.CompletionSources.Add("bash", "zsh", "fish", "pwsh");
        Arguments.Add(_shell);
    }

    public override async Task<int> RunAsync(VerbContext context)
    {
        var shell = context.Parsed.GetRequiredValue(_shell);
        var name = $"pyremto.{(shell == "pwsh" ? "ps1" : shell)}";
        await using var script = typeof(CompletionCommand).Assembly.GetManifestResourceStream(name)
            ?? throw CommandException.WrongUse($"There is no completion for '{shell}', but for bash, zsh, fish or pwsh.");
        await script.CopyToAsync(context.Output.Data, context.Stopped);
        return ExitCode.Done;
    }
}
