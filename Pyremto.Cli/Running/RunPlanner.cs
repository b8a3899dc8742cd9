using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Running;

/// <summary>
/// Brings what a state file holds together with what is to be run now. Each change of the input makes one more set of jobs, of those alone
/// that have no result yet; the sets before stay as they were.
/// </summary>
/// <param name="scheduler">What the state file holds.</param>
/// <param name="settings">What is to be run now.</param>
/// <param name="requireProgram">Throws where its program is not there: nothing is kept, and nothing thrown away, for such a one.</param>
internal sealed class RunPlanner(IJobScheduler scheduler, RunSettings settings, Action requireProgram)
{
    private const int DefaultAttempts = 3;

    /// <summary>What is short of something now, a licence or a server, mostly has it a second later.</summary>
    private static readonly TimeSpan DefaultRetryDelay = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    private bool _programIsNew;

    /// <summary>Plans, and sets up what has to be.</summary>
    /// <exception cref="CommandException">The program has changed, and nobody said what that means.</exception>
    public async Task<RunPlan> PlanAsync(RunJobs jobs, CancellationToken cancellationToken)
    {
        var sets = await FindSetsAsync(cancellationToken);
        if (settings.WhenChanged == WhenChanged.Fresh)
        {
            requireProgram();
            await DeleteAsync(sets, cancellationToken);
            sets = [];
        }
        var hash = jobs.Hash();
        await TakeProgramAsync(sets, cancellationToken);
        // A part of a run whose other sets are gone is no whole run, whatever it was made of.
        var goesOn = sets.Count > 0 && sets[^1].Note.Input == hash && (sets.Count > 1 || sets[0].Note.Repetitions is null);
        var earlier = goesOn ? sets[..^1] : sets;
        var note = new RunNote
        {
            Number = sets.Count > 0 ? sets[^1].Note.Number + 1 : 1,
            Input = hash,
            Program = settings.Program.Line.Words,
            Raw = settings.Program.Raw,
        };
        if (earlier.Count == 0)
        {
            var set = goesOn ? sets[0].Tag : await SetUpAsync(note, jobs.Descriptions, jobs.Repetitions, cancellationToken);
            return new RunPlan(set, jobs.Descriptions.Count, jobs.Total);
        }
        return await KeepAsync(jobs, earlier, goesOn ? sets[^1] : null, note, cancellationToken);
    }

    /// <summary>What is new in what was there goes on, with new attempts if they are wanted.</summary>
    public async Task MendAsync(RunPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Set is not { } set)
            return;
        var update = new TagUpdate { MaxRedistributionAttempts = settings.Attempts, RetryDelay = settings.RetryDelay };
        if (update != new TagUpdate())
            await scheduler.UpdateTagAsync(new TagAccess(set), update, cancellationToken);
        if (settings.Retry || _programIsNew) // what failed, failed by another program
        {
            requireProgram();
            await scheduler.RetryAsync(new TagAccess(set), jobIds: null, silentFor: null, cancelled: false, cancellationToken);
        }
    }

    private async Task<RunPlan> KeepAsync(
        RunJobs jobs, List<JobSet> earlier, JobSet? current, RunNote note, CancellationToken cancellationToken)
    {
        var kept = new KeptResults(jobs);
        for (var i = earlier.Count - 1; i >= 0; i--) // what was computed last is nearest to what is wanted
            await kept.AddAsync(scheduler.GetResultsAsync(new TagAccess(earlier[i].Tag), new ResultQuery(), cancellationToken), earlier[i].Note, i, cancellationToken);
        var left = kept.Left();
        if (current is not null && !CountByRepetition(left, jobs).SequenceEqual(current.Note.Repetitions ?? []))
            return await KeepAsync(jobs, [.. earlier, current], current: null, note, cancellationToken); // a set between is gone
        var tags = earlier.ConvertAll(static set => set.Tag);
        if (current is not null)
            tags.Add(current.Tag);
        else if (left.Length > 0)
            tags.Add(await SetUpAsync(note with { Repetitions = CountByRepetition(left, jobs) }, Descriptions(left, jobs), repetitions: 1, cancellationToken));
        return new RunPlan(tags, kept.Places(setOfRest: earlier.Count), left, jobs.Descriptions.Count);
    }

    /// <summary>The sets that the file holds, in their order. One whose making was cut off is nothing, and cleared away.</summary>
    private async Task<List<JobSet>> FindSetsAsync(CancellationToken cancellationToken)
    {
        var sets = new List<JobSet>();
        await foreach (var tag in scheduler.ListTagsAsync(cancellationToken))
        {
            var access = new TagAccess(tag.Tag);
            var notes = tag.Protected ? [] : await scheduler.GetNotesAsync(access, RunNote.Kind, cancellationToken);
            var isOurs = notes.Count > 0 || IsNameOfOurs(tag.Tag);
            if (isOurs && tag.State == TagStatus.NotSetUp)
                await scheduler.DeleteTagAsync(access, cancellationToken);
            else if (notes.Count > 0)
                sets.Add(new JobSet(tag.Tag, RunNote.Read(notes[^1]), tag.Counts));
        }
        sets.Sort(static (one, other) => one.Note.Number.CompareTo(other.Note.Number));
        return sets;
    }

    private bool IsNameOfOurs(string tag) => tag == settings.State.Tag
        || (tag.StartsWith(settings.State.Tag + "-", StringComparison.Ordinal) && int.TryParse(tag.AsSpan(settings.State.Tag.Length + 1), out _));

    private async Task DeleteAsync(List<JobSet> sets, CancellationToken cancellationToken)
    {
        // Those that hold a part alone first: what a kill leaves is whole.
        foreach (var set in Enumerable.Reverse(sets))
            await scheduler.DeleteTagAsync(new TagAccess(set.Tag), cancellationToken);
    }

    /// <summary>Takes the program as that of the newest set, if it may be: results of two programs are not mixed unasked.</summary>
    private async Task TakeProgramAsync(List<JobSet> sets, CancellationToken cancellationToken)
    {
        if (sets.Count == 0 || !sets[^1].Note.HasOtherProgram(settings.Program.Line.Words, settings.Program.Raw))
            return;
        var (note, results) = (sets[^1].Note, sets.Sum(static set => set.Counts.Done));
        if (results > 0 && settings.WhenChanged == WhenChanged.Ask)
        {
            var before = ShellText.Join(note.Program);
            throw CommandException.WrongUse(
                $"'{settings.State.Path}' has {Words.Count(results, "result")} of another program line: {(note.Raw ? "--raw " : "")}-- {before} . Add --keep to keep "
                + "them and run the rest with this one, or --fresh to throw them away and run all jobs anew.");
        }
        requireProgram();
        _programIsNew = true;
        note = note with { Program = settings.Program.Line.Words, Raw = settings.Program.Raw };
        await scheduler.AddNoteAsync(new TagAccess(sets[^1].Tag), note.ToNote(), replace: true, cancellationToken);
        sets[^1] = sets[^1] with { Note = note };
    }

    private async Task<string> SetUpAsync(RunNote note, IReadOnlyList<JsonText> descriptions, int repetitions, CancellationToken cancellationToken)
    {
        requireProgram();
        var tag = note.Number == 1 ? settings.State.Tag : $"{settings.State.Tag}-{note.Number}";
        var access = new TagAccess(tag);
        await scheduler.CreateTagAsync(new CreateTag { Tag = tag }, cancellationToken);
        await scheduler.AddNoteAsync(access, note.ToNote(), replace: true, cancellationToken);
        await scheduler.SetUpJobsAsync(
            access,
            new JobSetup
            {
                Jobs = descriptions,
                Repetitions = repetitions,
                MaxRedistributionAttempts = settings.Attempts ?? DefaultAttempts,
                RetryDelay = settings.RetryDelay ?? DefaultRetryDelay,
                Lease = Lease,
                Policy = RedistributionPolicy.WhenLost,
            },
            cancellationToken);
        return tag;
    }

    private static int[] CountByRepetition(int[] left, RunJobs jobs)
    {
        var counts = new int[jobs.Repetitions];
        foreach (var job in left)
            counts[job / jobs.Descriptions.Count]++;
        return counts;
    }

    private static JsonText[] Descriptions(int[] left, RunJobs jobs) => Array.ConvertAll(left, job => jobs.Descriptions[job % jobs.Descriptions.Count]);

    /// <summary>A set of jobs that the file holds.</summary>
    private sealed record JobSet(string Tag, RunNote Note, JobCounts Counts);
}
