using Pyremto.Tests.ModelBased;

namespace Pyremto.Tests.Simulation;

/// <summary>What became durable of all tags, and what may be told because of it.</summary>
internal sealed class History(World world)
{
    private readonly List<TagHistory> _tags = [];

    private readonly Dictionary<string, IReadOnlyList<HandOut>> _given = new(StringComparer.Ordinal);
    private long _servings;
    private TimeSpan _decidedAt;

    public IReadOnlyList<TagHistory> Tags => _tags;

    /// <summary>Since when nobody's silence counts: the store was built up again then (S10).</summary>
    public TimeSpan LeasesSince { get; private set; }

    /// <summary>What is being decided; null where it is nothing that matters.</summary>
    public Decision? Current { get; private set; }

    /// <summary>Whether a new process builds the store up, and gives up what ran in the one before.</summary>
    public bool IsStarting { get; private set; }

    /// <summary>How many decisions were seen at all.</summary>
    public int Decisions { get; private set; }

    private IEnumerable<TagHistory> Existing => _tags.Where(tag => !tag.IsDeleted);

    /// <summary>The store is built up again from its journal.</summary>
    public void Restored(bool processEnded)
    {
        (LeasesSince, Current, IsStarting) = (world.Now, null, processEnded);
        foreach (var tag in Existing)
            tag.LastServed = 0;
    }

    /// <summary>Something is decided; any call of a worker is a sign of its life.</summary>
    public void Decides(Decision? decision, TimeSpan at)
    {
        Rests();
        Decisions++;
        (Current, _decidedAt) = (decision, at);
    }

    /// <summary>All that was decided is told. Only now is whoever asked heard: what was overdue before it did is lost.</summary>
    public void Rests()
    {
        if (Current is { Kind: DecisionKind.Exchange or DecisionKind.Heartbeat, Workers: [{ } worker] } decision)
        {
            foreach (var instance in decision.Tags)
                Of(instance)?.Seen(worker, _decidedAt);
            foreach (var held in decision.Held)
                Of(held.Instance!.Value)?.Named(held);
        }
        (Current, IsStarting) = (null, false);
    }

    /// <summary>A tag serves the request that is being decided (S20).</summary>
    public void Serves(TagHistory tag, string? worker)
    {
        if (Current is not { Kind: DecisionKind.Exchange, Given.Count: 0 } decision)
            return;
        var earlier = decision.Tags.Select(Of).FirstOrDefault(other =>
            other is not null && other != tag && other.LastServed < tag.LastServed && other.HasWorkFor(worker));
        tag.Require(earlier is null, "S20", $"{worker} is served, although {earlier?.Name} has work and was served before");
        tag.LastServed = ++_servings;
    }

    /// <summary>The coordinator's process ended, and another one has opened the store.</summary>
    public void ProcessEnded()
    {
        foreach (var tag in Existing)
            tag.ProcessEnded();
    }

    /// <summary>The tags that a request for a prefix is over, as they are now.</summary>
    public IEnumerable<Guid> WithPrefix(string prefix) =>
        Existing.Where(tag => tag.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(tag => tag.Instance);

    public TagHistory? Of(Guid instance) => _tags.Find(tag => tag.Instance == instance);

    /// <summary>The tag of that name as it is now.</summary>
    public TagHistory? Now(string name) => _tags.Find(tag => tag.Name == name && !tag.IsDeleted);

    /// <summary>Something became durable. What goes wrong here must not be taken for a fault of the disk.</summary>
    public void Happened(Action change)
    {
        try
        {
            change();
        }
        catch (Exception error)
        {
            world.Violate($"unforeseen: {error}");
        }
    }

    public void Created(TagRecord record)
    {
        world.Note($"{record.Name}: created as {record.Instance}");
        var tag = new TagHistory(world, this, record);
        tag.Require(Now(record.Name) is null, "S1", "it was created, although there is one of that name");
        _tags.Add(tag);
    }

    /// <summary>What a request was given before and would be given again (S8).</summary>
    public ModelHandOut? FindExpected(string? worker, string? requestId) => requestId is null ? null : _tags
        .Where(tag => !tag.IsDeleted)
        .SelectMany(tag => tag.Jobs.Where(job => job.IsOpen && Current?.Given.Contains((tag.Instance, job.Id)) != true))
        .SelectMany(job => job.HandOuts)
        .FirstOrDefault(own => own.IsExpected && own.Worker == worker && own.RequestId == requestId);

    /// <summary>An answer leaves the coordinator: nothing in it may be undone any more (S14), and the same request gets the same
    /// (S8).</summary>
    public void Told(ExchangeRequest request, ExchangeAnswer answer)
    {
        if (answer.Jobs.Count > 0 && request is { Worker: not null, RequestId: not null })
            CheckIsSame(request, answer);
        foreach (var job in answer.Jobs)
        {
            var handOuts = Of(job.Instance)?.Jobs[job.JobId].HandOuts;
            if (handOuts is null || handOuts.Count < job.Attempt || handOuts[job.Attempt - 1].Worker != request.Worker)
                world.Violate($"S14: {request.Worker} is told that it got job {job.JobId}, attempt {job.Attempt}, of {job.Tag}, which was not kept");
        }
        for (var i = 0; i < request.Done.Count && i < answer.Outcomes.Count; i++)
            Told(request.Worker, request.Done[i], answer.Outcomes[i]);
    }

    private void CheckIsSame(ExchangeRequest request, ExchangeAnswer answer)
    {
        if (!answer.Jobs.Any(IsExpected))
            return; // it was decided before another answer to the same request that left earlier
        var key = $"{request.Worker} {request.RequestId}";
        foreach (var before in _given.GetValueOrDefault(key) ?? [])
        {
            if (IsExpected(before) && !answer.Jobs.Any(job => (job.Instance, job.JobId, job.Attempt) == (before.Instance, before.JobId, before.Attempt)))
            {
                Of(before.Instance)!.Require(false, "S8", $"{request.Worker} was given job {before.JobId}, attempt {before.Attempt}, for request {request.RequestId}, and now others");
            }
        }
        _given[key] = answer.Jobs;
    }

    private bool IsExpected(HandOut given) => Of(given.Instance) is { IsDeleted: false } tag && tag.IsExpected(given.JobId, given.Attempt);

    private void Told(string? worker, DoneReport report, ReportOutcome outcome)
    {
        var tag = Of(report.Instance!.Value)!;
        var result = tag.Jobs[report.JobId].Result;
        var what = $"{worker} is told that its result of job {report.JobId}, attempt {report.Attempt}, is {outcome.Outcome}";
        var isSame = result?.Text == report.Result.ToString();
        switch (outcome.Outcome)
        {
            case ReportVerdict.Accepted:
                tag.Require(worker is null || result?.Worker == worker, "S4", $"{what}, and {result?.Worker}'s counts");
                tag.Require(result is not null, "S14", $"{what}, and none was kept");
                tag.Require(isSame, "S4", $"{what}, but what counts is {result?.Text}");
                break;
            case ReportVerdict.AlreadyDone:
                tag.Require(result is not null, "S14", $"{what}, and none was kept");
                tag.Require(outcome.Differs != isSame, "S4", $"{what}, differs: {outcome.Differs}, while {result?.Text} counts");
                tag.Require(!isSame || worker is null || result!.Worker != worker, "S4", $"{what}, although it is the one that counts");
                break;
            default:
                tag.Require(tag.IsDeleted, "S4", $"{what}: {outcome.Message}");
                break;
        }
    }
}
