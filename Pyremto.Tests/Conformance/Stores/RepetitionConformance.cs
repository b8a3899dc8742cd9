using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

public abstract class RepetitionConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    [Fact]
    public async Task S18_repetitions_make_that_many_jobs_of_each_description()
    {
        var tag = await EmptyTagAsync();

        (await tag.SetUpAsync(Make.SetUp(jobs: 3) with { Repetitions = 2 })).Should().Be(6);

        var jobs = (await tag.AskAsync("w", count: 9)).Jobs;
        jobs.Select(job => (job.JobId, job.Repetition, job.Description.ToString())).Should().Equal(
            (0, 0, """{"x":0}"""), (1, 0, """{"x":1}"""), (2, 0, """{"x":2}"""),
            (3, 1, """{"x":0}"""), (4, 1, """{"x":1}"""), (5, 1, """{"x":2}"""));
    }

    [Fact]
    public async Task S18_jobs_and_results_carry_their_repetition()
    {
        var tag = await EmptyTagAsync();
        await tag.SetUpAsync(Make.SetUp(jobs: 2) with { Repetitions = 2 });
        await tag.AskAsync("w", count: 4);
        await tag.DoneAsync("w", 3);

        var result = (await tag.ResultsAsync()).Should().ContainSingle().Subject;
        result.Repetition.Should().Be(1);
        result.Description.ToString().Should().Be("""{"x":1}""");
        (await tag.JobsAsync()).Jobs.Select(job => job.Repetition).Should().Equal(0, 0, 1, 1);
        (await tag.ProgressAsync()).Repetitions.Should().Be(2);
    }

    [Fact]
    public async Task S18_a_set_up_repeated_with_its_request_id_counts_repetitions_too()
    {
        var tag = await EmptyTagAsync();
        var setup = Make.SetUp(jobs: 3, requestId: "r") with { Repetitions = 5 };
        await tag.SetUpAsync(setup);

        (await tag.SetUpAsync(setup)).Should().Be(15);
    }
}
