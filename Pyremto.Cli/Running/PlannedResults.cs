using System.Runtime.CompilerServices;
using Pyremto.Cli.Outputs;

namespace Pyremto.Cli.Running;

/// <summary>The results of a run in the order of its jobs, wherever they stand.</summary>
internal sealed class PlannedResults(IJobScheduler scheduler, RunPlan plan)
{
    /// <summary>All of them, to be written.</summary>
    public ResultSource Source => new(ReadAsync, token => scheduler.GetJobsAsync(new TagAccess(plan.Sets[^1]), new JobQuery(), token));

    /// <summary>All of them.</summary>
    public IAsyncEnumerable<JobResult> ReadAsync(CancellationToken cancellationToken) => ReadAsync(after: -1, cancellationToken);

    /// <summary>Those of greater jobs.</summary>
    public IAsyncEnumerable<JobResult> ReadAsync(int after, CancellationToken cancellationToken) => plan.Places is { } places
        ? FindAsync(Enumerable.Range(0, places.Count).Skip(after + 1), places, cancellationToken)
        : scheduler.GetResultsAsync(new TagAccess(plan.Sets[0]), new ResultQuery { After = after }, cancellationToken);

    /// <summary>Those from before the input changed, without the first <paramref name="skipped"/>.</summary>
    public IAsyncEnumerable<JobResult> ReadKeptAsync(int skipped, CancellationToken cancellationToken) => plan.Places is { } places
        ? FindAsync(Enumerable.Range(0, places.Count).Where(job => plan.Sets[places[job].Set] != plan.Set).Skip(skipped), places, cancellationToken)
        : AsyncEnumerable.Empty<JobResult>();

    private async IAsyncEnumerable<JobResult> FindAsync(
        IEnumerable<int> jobs, IReadOnlyList<Place> places, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sets = plan.Sets.Select(set => new SetReader(scheduler, set)).ToArray();
        foreach (var job in jobs)
        {
            var (set, id) = places[job];
            if (set < sets.Length && await sets[set].FindAsync(id, cancellationToken) is { } result)
                yield return plan.Placed(result, job);
        }
    }

    /// <summary>
    /// Reads results of one set by id. Ids that ascend, as most do, are read ahead in pages that grow; after a leap it starts small.
    /// </summary>
    private sealed class SetReader(IJobScheduler scheduler, string set)
    {
        private const int LargestPage = 500;

        private readonly List<JobResult> _page = [];
        private int _next;
        private int _from;
        private int _to = -1;
        private int _size = 1;

        public async ValueTask<JobResult?> FindAsync(int id, CancellationToken cancellationToken)
        {
            if (id < _from || id > _to)
                await TurnToAsync(id, cancellationToken);
            while (_next > 0 && _page[_next - 1].JobId >= id)
                _next--;
            while (_next < _page.Count && _page[_next].JobId < id)
                _next++;
            return _next < _page.Count && _page[_next].JobId == id ? _page[_next] : null;
        }

        private async Task TurnToAsync(int id, CancellationToken cancellationToken)
        {
            _size = id == _to + 1 ? Math.Min(_size * 2, LargestPage) : 1;
            _page.Clear();
            _next = 0;
            await foreach (var result in scheduler.GetResultsAsync(
                new TagAccess(set), new ResultQuery { After = id - 1, Limit = _size }, cancellationToken))
                _page.Add(result);
            _from = id;
            _to = _page.Count < _size ? int.MaxValue : _page[^1].JobId;
        }
    }
}
