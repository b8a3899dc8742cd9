using Pyremto.Tests.ModelBased;

namespace Pyremto.Tests.Simulation;

/// <summary>What became durable of all tags, and what may be told because of it.</summary>
internal sealed class History(World world)
{
    private readonly List<TagHistory> _tags = [];

    private readonly Dictionary<string, HandOut> _given = new(StringComparer.Ordinal);

    public IReadOnlyList<TagHistory> Tags => _tags;

    private IEnumerable<TagHistory> Existing => _tags.Where(tag => !tag.IsDeleted);

    /// <summary>The coordinator's process ended, and another one has opened the store.</summary>
    public void ProcessEnded()
    {
        foreach (var tag in Existing)
            tag.ProcessEnded();
    }

    public TagHistory Of(Guid instance) => _tags.Find(tag => tag.Instance == instance)!;

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
        .SelectMany(tag => tag.Jobs)
        .Where(job => job.IsOpen)
        .SelectMany(job => job.HandOuts)
        .FirstOrDefault(own => own.IsExpected && own.Worker == worker && own.RequestId == requestId);

    /// <summary>An answer leaves the coordinator: nothing in it may be undone any more (S14), and the same request gets the same (S8).</summary>
    public void Told(ExchangeRequest request, ExchangeAnswer answer)
    {
        if (answer.Jobs is [var given] && _given.GetValueOrDefault($"{request.Worker} {request.RequestId}") is { } before
            && (given.Instance, given.JobId, given.Attempt) != (before.Instance, before.JobId, before.Attempt)
            && Of(before.Instance) is { IsDeleted: false } tag && tag.IsExpected(before.JobId, before.Attempt))
        {
            world.Violate(
                $"S8: {request.Worker} got job {given.JobId}, attempt {given.Attempt}, for request {request.RequestId}, and before "
                + $"job {before.JobId}, attempt {before.Attempt}");
        }
        if (answer.Jobs is [var first])
            _given[$"{request.Worker} {request.RequestId}"] = first;
        foreach (var job in answer.Jobs)
        {
            var handOuts = Of(job.Instance)?.Jobs[job.JobId].HandOuts;
            if (handOuts is null || handOuts.Count < job.Attempt || handOuts[job.Attempt - 1].Worker != request.Worker)
                world.Violate($"S14: {request.Worker} is told that it got job {job.JobId}, attempt {job.Attempt}, of {job.Tag}, which was not kept");
        }
        for (var i = 0; i < request.Done.Count && i < answer.Outcomes.Count; i++)
            Told(request.Worker, request.Done[i], answer.Outcomes[i]);
    }

    private void Told(string? worker, DoneReport report, ReportOutcome outcome)
    {
        var tag = Of(report.Instance!.Value);
        var result = tag.Jobs[report.JobId].Result;
        var what = $"{worker} is told that its result of job {report.JobId}, attempt {report.Attempt}, is {outcome.Outcome}";
        var isSame = result?.Text == report.Result.ToString();
        switch (outcome.Outcome)
        {
            case ReportVerdict.Accepted:
                tag.Require(result is not null, "S14", $"{what}, and none was kept");
                tag.Require(isSame, "S4", $"{what}, but what counts is {result?.Text}");
                break;
            case ReportVerdict.AlreadyDone:
                tag.Require(result is not null, "S14", $"{what}, and none was kept");
                tag.Require(outcome.Differs != isSame, "S4", $"{what}, differs: {outcome.Differs}, while {result?.Text} counts");
                break;
            default:
                tag.Require(tag.IsDeleted, "S4", $"{what}: {outcome.Message}");
                break;
        }
    }
}
