namespace Pyremto.Tests.Simulation;

/// <summary>The callers that the coordinator lets wait: none of them may sleep while there is work for it (S7).</summary>
internal sealed class SleepingCallers(World world, History history)
{
    private readonly List<ExchangeRequest> _served = [];

    public void Begins(ExchangeRequest request) => _served.Add(request);

    public void Ends(ExchangeRequest request) => _served.Remove(request);

    private static bool IsMeant(TagHistory tag, ExchangeRequest request) => request.TagPrefix is { } prefix
        ? tag.Name.StartsWith(prefix, StringComparison.Ordinal)
        : request.Tags.Any(access => access.Tag == tag.Name);

    /// <summary>To be looked at while nobody waits for the disk, so that all who are served sleep.</summary>
    public void Check()
    {
        foreach (var request in _served)
        {
            if (history.Tags.FirstOrDefault(tag => IsMeant(tag, request) && tag.HasWorkFor(request.Worker)) is { } tag)
                world.Violate($"S7: {request.Worker} sleeps in request {request.RequestId} while there is work for it in {tag.Name}");
        }
    }
}
