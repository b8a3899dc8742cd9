namespace Pyremto.Cli.Running;

/// <summary>
/// Finds the jobs of a run that have a result from before its input changed: those whose description is equal in text, and of the same
/// repetition. A description that stands in the input twice needs two results.
/// </summary>
internal sealed class KeptResults
{
    private readonly Dictionary<(JsonText Description, int Repetition), Queue<int>> _wanted = [];
    private readonly Place?[] _places;

    public KeptResults(RunJobs jobs)
    {
        _places = new Place?[jobs.Total];
        var job = 0;
        for (var repetition = 0; repetition < jobs.Repetitions; repetition++)
        {
            foreach (var description in jobs.Descriptions)
            {
                var key = (description, repetition);
                if (!_wanted.TryGetValue(key, out var queue))
                    _wanted.Add(key, queue = new Queue<int>(1));
                queue.Enqueue(job++);
            }
        }
    }

    /// <summary>Takes what can be used of a set's results.</summary>
    public async Task AddAsync(IAsyncEnumerable<JobResult> results, RunNote note, int set, CancellationToken cancellationToken)
    {
        await foreach (var result in results.WithCancellation(cancellationToken))
        {
            if (_wanted.TryGetValue((result.Description, note.RepetitionOf(result)), out var queue) && queue.TryDequeue(out var job))
                _places[job] = new Place(set, result.JobId);
        }
    }

    /// <summary>The jobs that have none, ascending.</summary>
    public int[] Left() => [.. Enumerable.Range(0, _places.Length).Where(job => _places[job] is null)];

    /// <summary>Where all jobs stand when those that are left are run in one more set, in their order.</summary>
    public IReadOnlyList<Place> Places(int setOfRest)
    {
        var next = 0;
        return [.. _places.Select(place => place ?? new Place(setOfRest, next++))];
    }
}
