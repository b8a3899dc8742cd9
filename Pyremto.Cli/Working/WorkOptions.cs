using System.CommandLine;
using Pyremto.Cli.Connecting;
using Pyremto.Cli.Serving;
using Pyremto.Cli.Terminal;
using Pyremto.Cli.Verbs;

namespace Pyremto.Cli.Working;

/// <summary>The options of <c>pyremto work</c>.</summary>
internal sealed class WorkOptions
{
    /// <summary>The longest time that a timer of this runtime takes is some 49 days.</summary>
    private static readonly TimeSpan LongestStopAfter = TimeSpan.FromDays(49);

    private readonly Option<string[]> _tags = new("--tag", "-t")
    {
        Description = "The tag to work for; it need not be there yet. Several times for several tags, all with one password",
        HelpName = "TAG",
    };

    private readonly Option<string?> _tagsFile = new("--tags-file")
    {
        Description = "A file of tags with a password each: lines like TAG or TAG PASSWORD",
        HelpName = "FILE",
    };

    private readonly Option<int?> _maxJobs = WholeNumbers.Option(["--max-jobs"], "Ends after so many jobs", "K");

    private readonly Option<TimeSpan?> _idleTimeout = Durations.Option("--idle-timeout", "Ends after so long without a job");

    private readonly Option<TimeSpan?> _stopAfter = Durations.Option(
        "--stop-after", "After so long takes no more jobs, finishes what runs and ends, such as 3h50m");

    private readonly PasswordOptions _password = new();
    private readonly ProgramOptions _program = new();

    /// <summary>Gives a verb these options.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_tags);
        command.Options.Add(_tagsFile);
        _program.AddTo(command);
        foreach (var option in (Option[])[_maxJobs, _idleTimeout, _stopAfter])
            command.Options.Add(option);
        _password.AddTo(command);
    }

    /// <summary>What was chosen. A password that is needed is asked for where somebody can be asked.</summary>
    /// <exception cref="CommandException">It makes no sense.</exception>
    public async Task<WorkSettings> ReadAsync(VerbContext context, CoordinatorLocation location)
    {
        var parsed = context.Parsed;
        _program.WordsBefore(parsed, most: 0, ProgramOptions.SayWhich(parsed));
        var settings = new WorkSettings
        {
            Tags = [],
            Program = _program.Read(parsed, Path.Combine(StateDirectory.Path, "failed")),
            MaxFailures = _program.MaxFailures(parsed),
            MaxJobs = parsed.GetValue(_maxJobs),
            IdleTimeout = parsed.GetValue(_idleTimeout),
            StopAfter = parsed.GetValue(_stopAfter),
        };
        if (settings.IdleTimeout <= TimeSpan.Zero || settings.IdleTimeout > LongestStopAfter)
            throw CommandException.WrongUse($"--idle-timeout has to be more than 0, and {LongestStopAfter.TotalDays:0}d at most.");
        if (settings.StopAfter > LongestStopAfter)
            throw CommandException.WrongUse($"--stop-after goes up to {LongestStopAfter.TotalDays:0}d.");
        return settings with { Tags = await TagsAsync(context, location) };
    }

    private async Task<IReadOnlyList<TagAccess>> TagsAsync(VerbContext context, CoordinatorLocation location)
    {
        var listed = context.Parsed.GetValue(_tagsFile) is { } file ? TagList.Read(file) : [];
        var named = context.Parsed.GetValue(_tags) ?? [];
        if (named.Length + listed.Count == 0)
            throw CommandException.WrongUse("Say what to work for: --tag TAG.");
        var password = await _password.ReadAsync(context);
        var open = named.Distinct(StringComparer.Ordinal).Select(tag => new TagAccess(tag, password)).ToList();
        if (password is null && context.Output.CanAsk)
            open = await AskAsync(open, context, location);
        IReadOnlyList<TagAccess> tags = [.. open, .. listed];
        if (tags.Any(static tag => tag.Tag.Length == 0))
            throw CommandException.WrongUse("A tag's name is empty.");
        if (tags.Select(static tag => tag.Tag).Distinct(StringComparer.Ordinal).Count() < tags.Count)
            throw CommandException.WrongUse("A tag is named more than once, in --tags-file or beside it.");
        if (tags.Count > TagDefaults.MostTagsInARequest)
            throw CommandException.WrongUse($"{tags.Count} tags are named; one worker works for {TagDefaults.MostTagsInARequest} at most.");
        return tags;
    }

    /// <summary>Asks for the passwords of tags that want one. A coordinator that does not answer now is one to wait for later.</summary>
    private async Task<List<TagAccess>> AskAsync(List<TagAccess> tags, VerbContext context, CoordinatorLocation location)
    {
        var asked = new List<TagAccess>(tags);
        await using var connection = CoordinatorConnection.Open(location, context.Output);
        try
        {
            for (var i = 0; i < tags.Count; i++)
                asked[i] = await _password.OpenAsync(tags[i].Tag, connection.Scheduler, context);
        }
        catch (CoordinatorUnreachableException)
        {
        }
        return asked;
    }
}
