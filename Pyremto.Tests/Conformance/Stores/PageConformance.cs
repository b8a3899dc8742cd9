namespace Pyremto.Tests.Conformance.Stores;

public abstract class PageConformance(Support.StoreUnderTest kind) : StoreConformance(kind)
{
    [Fact]
    public async Task Where_what_workers_said_is_long_a_page_of_jobs_is_cut_and_the_next_goes_on()
    {
        const int Jobs = 200;
        var tag = await TagAsync(Jobs);
        var error = new string('x', 64 << 10);
        for (var job = 0; job < Jobs; job++)
        {
            await tag.TakeAsync("w");
            await tag.FailAsync("w", job, error);
        }

        var read = new List<int>();
        var page = await tag.JobsAsync(new JobQuery { Limit = 1000 });
        while (true)
        {
            page.Jobs.Sum(job => job.Attempts.Sum(attempt => attempt.Error!.Length)).Should().BeInRange(1, 8 << 20);
            read.AddRange(page.Jobs.Select(job => job.JobId));
            if (page.Next is not { } next)
                break;
            page = await tag.JobsAsync(new JobQuery { Limit = 1000, After = next });
        }

        read.Should().Equal(Enumerable.Range(0, Jobs));
    }
}
