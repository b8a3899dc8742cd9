using Pyremto.Tests.Conformance.Schedulers;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.Http.Client;

/// <summary>Requests that are larger than a coordinator takes over HTTP: its words arrive, although it does not read them.</summary>
public sealed class LargeRequestTests() : SchedulerConformance(SchedulerUnderTest.OverHttp(StoreUnderTest.InMemory))
{
    private const int Over = 17 << 20;

    [Fact]
    public async Task S16_a_result_larger_than_a_request_may_be_is_refused_with_words()
    {
        var tag = await TagAsync();
        await TakeAsync(tag, "w");

        var report = () => DoneAsync(tag, "w", 0, $$"""{"x":"{{new string('y', Over)}}"}""").WaitAsync(Patience);

        (await report.Should().ThrowAsync<TooLargeException>()).WithMessage("*16,777,216*");
    }

    [Fact]
    public async Task S16_a_set_up_larger_than_a_request_may_be_is_refused_with_words()
    {
        var tag = await EmptyTagAsync();
        var job = JsonText.Parse($$"""{"x":"{{new string('y', 1 << 20)}}"}""");

        var setUp = () => Scheduler.SetUpJobsAsync(tag, new JobSetup { Jobs = [.. Enumerable.Repeat(job, 17)] }, CancellationToken.None).AsTask().WaitAsync(Patience);

        (await setUp.Should().ThrowAsync<TooLargeException>()).WithMessage("*16,777,216*");
    }
}
