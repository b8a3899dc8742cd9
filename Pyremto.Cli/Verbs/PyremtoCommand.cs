using System.CommandLine;
using System.CommandLine.Help;

namespace Pyremto.Cli.Verbs;

/// <summary>The command with all its verbs.</summary>
internal sealed class PyremtoCommand : RootCommand
{
    public PyremtoCommand()
        : base("Hands jobs out to whoever is free: any program as a worker, on one machine or on many.")
    {
        Quiet = new Option<bool>("--quiet", "-q") { Description = "Print data and errors only", Recursive = true };
        Json = new Option<bool>("--json") { Description = "Print data as JSON", Recursive = true };
        Verbose = new Option<bool>("--verbose") { Description = "Say more, also about errors", Recursive = true };
        Subcommands.Add(new RunCommand());
        Subcommands.Add(new ServeCommand());
        Subcommands.Add(new SubmitCommand());
        Subcommands.Add(new WorkCommand());
        Subcommands.Add(new WatchCommand());
        Subcommands.Add(new WaitCommand());
        Subcommands.Add(new ResultsCommand());
        Subcommands.Add(new JobsCommand());
        Subcommands.Add(new RetryCommand());
        Subcommands.Add(new CancelCommand());
        Subcommands.Add(new PauseCommand());
        Subcommands.Add(new ResumeCommand());
        Subcommands.Add(new ChangeCommand());
        Subcommands.Add(new DeleteCommand());
        Subcommands.Add(new QrCommand());
        Subcommands.Add(new RotateCommand());
        Subcommands.Add(new TagsCommand());
        Subcommands.Add(new BackupCommand());
        Subcommands.Add(new CompletionCommand());
        Options.Add(Quiet);
        Options.Add(Json);
        Options.Add(Verbose);
        SetAction(CommandHelp.ShowForWrongUse);
        foreach (var option in Options.OfType<HelpOption>())
            option.Action = new CommandHelp();
    }

    /// <summary>Leaves out what is neither data nor an error.</summary>
    public Option<bool> Quiet { get; }

    /// <summary>Data is printed as JSON.</summary>
    public Option<bool> Json { get; }

    /// <summary>Says more.</summary>
    public Option<bool> Verbose { get; }
}
