namespace Pyremto.Cli.Running;

/// <summary>
/// Which jobs a run has, which of them have a result from before, and which are to be run. A job of the run is its place in the input:
/// <c>repetition × count + index</c>. Immutable.
/// </summary>
internal sealed class RunPlan
{
    private readonly int _count;
    private readonly int[]? _left;

    /// <summary>All jobs are run in one set of their own, where they have the same ids.</summary>
    public RunPlan(string set, int count, int total)
    {
        (_count, Total) = (count, total);
        Sets = [set];
        Set = set;
    }

    /// <summary>Some have a result in an earlier set.</summary>
    /// <param name="sets">All sets, the one in which the rest is run last.</param>
    /// <param name="places">Where each job stands.</param>
    /// <param name="left">The jobs that are run, by their ids in the last set; none where all have a result.</param>
    /// <param name="count">The number of descriptions.</param>
    public RunPlan(IReadOnlyList<string> sets, IReadOnlyList<Place> places, int[] left, int count)
    {
        (_count, Total, Sets, Places, _left) = (count, places.Count, sets, places, left);
        Set = left.Length > 0 ? sets[^1] : null;
    }

    /// <summary>How many jobs the run has.</summary>
    public int Total { get; }

    /// <summary>How many have their result from before the input changed.</summary>
    public int Kept => _left is null ? 0 : Total - _left.Length;

    /// <summary>The tag of the jobs that are run; null where none is left.</summary>
    public string? Set { get; }

    /// <summary>The tags in which results are found.</summary>
    public IReadOnlyList<string> Sets { get; }

    /// <summary>Where each job stands; null where all stand in the one set under their own ids.</summary>
    public IReadOnlyList<Place>? Places { get; }

    /// <summary>The job of the run that has this id in its set.</summary>
    public int JobOf(int idInSet) => _left is null ? idInSet : _left[idInSet];

    /// <summary>A job as its program sees it.</summary>
    public JobContext Seen(JobContext job)
    {
        if (_left is null)
            return job;
        var seen = JobOf(job.JobId);
        return new JobContext
        {
            Tag = job.Tag,
            JobId = seen,
            Attempt = job.Attempt,
            Repetition = seen / _count,
            Slot = job.Slot,
            Worker = job.Worker,
            Description = job.Description,
            Services = job.Services,
        };
    }

    /// <summary>The last job of the set that stands in the run where <paramref name="job"/> does or before; −1 where there is none.</summary>
    public int LastInSetUpTo(int job)
    {
        if (_left is null)
            return job;
        var at = Array.BinarySearch(_left, job);
        return at >= 0 ? at : ~at - 1;
    }

    /// <summary>A job as it is told.</summary>
    public JobInfo Placed(JobInfo info, int job) => info with { JobId = job, Repetition = job / _count };

    /// <summary>A result as it is written.</summary>
    public JobResult Placed(JobResult result, int job) => result with { JobId = job, Repetition = job / _count };

    /// <summary>How far the whole run is, by how far the set is that is run.</summary>
    public TagProgress Whole(TagProgress progress) =>
        progress with { Total = progress.Total + Kept, Done = progress.Done + Kept, Repetitions = Total / _count };
}
