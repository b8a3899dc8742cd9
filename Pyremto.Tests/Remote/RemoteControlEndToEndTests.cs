using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Pyremto.Tests.Remote;

/// <summary>RemoteControl over a real scheduler in memory.</summary>
public sealed class RemoteControlEndToEndTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly IHost _host;

    public RemoteControlEndToEndTests()
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddPyremto();
        _host = builder.Build();
    }

    private IJobScheduler Scheduler => _host.Services.GetRequiredService<IJobScheduler>();

    public Task InitializeAsync() => _host.StartAsync();

    public async Task DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    [Fact]
    public async Task A_search_from_set_up_to_results()
    {
        await using var remote = await RemoteControl.OpenAsync(Scheduler, new() { Tag = "svr", Password = "secret" });
        (await remote.SetupJobsAsync(Enumerable.Range(0, 3).Select(i => new Params(i)), repetitions: 2)).Should().Be(6);
        var end = remote.WaitAsync();

        while (await remote.GetNextJobAsync<Params>() is { HasJob: true } next)
            await remote.SetJobDoneAsync(next.JobId, new Score(next.Description.Alpha * 10 + next.Repetition));

        (await end.WaitAsync(Deadline)).Done.Should().Be(6);
        (await remote.GetNextJobAsync<Params>()).State.Should().Be(NextState.Done);
        (await remote.GetProgressAsync()).State.Should().Be(TagStatus.Done);
        var results = await remote.GetResultsAsync<Params, Score>().ToListAsync();
        results.Select(result => result.Result.Mse).Should().Equal(0, 10, 20, 1, 11, 21);
        results.Should().OnlyContain(result => result.Worker == remote.WorkerId && result.Attempt == 1);
    }

    [Fact]
    public async Task S7_who_waits_gets_the_job_that_another_gives_back()
    {
        await using var remote = await RemoteControl.OpenAsync(Scheduler, new() { Tag = "svr" });
        var other = await RemoteControl.OpenAsync(Scheduler, new() { Tag = "svr" });
        var waiting = remote.GetNextJobAsync<Params>();
        await other.SetupJobsAsync([new Params(1), new Params(2)]);
        (await waiting.WaitAsync(Deadline)).JobId.Should().Be(0);
        (await other.GetNextJobAsync<Params>()).JobId.Should().Be(1);
        waiting = remote.GetNextJobAsync<Params>();

        await other.DisposeAsync();

        var next = await waiting.WaitAsync(Deadline);
        next.JobId.Should().Be(1);
        next.Attempt.Should().Be(2);
    }

    [Fact]
    public async Task Many_callers_at_once_get_each_job_once_and_all_are_done()
    {
        await using var remote = await RemoteControl.OpenAsync(Scheduler);
        await remote.SetupJobsAsync(Enumerable.Range(0, 500).Select(i => new Params(i)));
        async Task<int[]> WorkAsync()
        {
            var mine = new List<int>();
            while (await remote.GetNextJobAsync<Params>() is { HasJob: true } next)
            {
                mine.Add(next.JobId);
                await remote.SetJobDoneAsync(next.JobId, new Score(next.Description.Alpha));
            }
            return [.. mine];
        }

        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(WorkAsync))).WaitAsync(Deadline);

        ids.SelectMany(some => some).Order().Should().Equal(Enumerable.Range(0, 500));
        (await remote.GetProgressAsync()).Done.Should().Be(500);
    }

    [Fact]
    public async Task S8_who_gives_up_waiting_costs_no_attempt()
    {
        await using var remote = await RemoteControl.OpenAsync(Scheduler);
        using var giveUp = new CancellationTokenSource();
        var waiting = remote.GetNextJobAsync<Params>(cancellationToken: giveUp.Token);

        await giveUp.CancelAsync();
        await Failing<OperationCanceledException>(() => waiting.WaitAsync(Deadline));
        await remote.SetupJobsAsync([new Params(1)]);

        (await remote.GetNextJobAsync<Params>()).Attempt.Should().Be(1);
    }

    [Fact]
    public async Task The_owners_verbs_do_what_they_say()
    {
        await using var remote = await RemoteControl.OpenAsync(Scheduler);
        await remote.SetupJobsAsync([new Params(1), new Params(2)]);

        await remote.PauseAsync();
        (await remote.GetNextJobAsync<Params>(wait: false)).State.Should().Be(NextState.Paused);
        await remote.ResumeAsync();
        await remote.GetNextJobAsync<Params>();
        await remote.FailJobAsync(0, "broken", final: true);
        (await remote.CancelAsync([1])).Jobs.Should().Be(1);
        (await remote.WaitAsync().WaitAsync(Deadline)).State.Should().Be(TagStatus.Drained);
        (await remote.RetryAsync()).Jobs.Should().Be(1);
        await remote.UpdateAsync(new TagUpdate { MaxRedistributionAttempts = 4 });
        (await remote.GetProgressAsync()).MaxRedistributionAttempts.Should().Be(4);
        await remote.DeleteAsync();

        await FluentActions.Awaiting(() => remote.GetProgressAsync()).Should().ThrowAsync<TagUnknownException>();
    }

    [Fact]
    public async Task Bad_input_gets_the_error_that_belongs_to_it()
    {
        await using var remote = await RemoteControl.OpenAsync(Scheduler, new() { Tag = "svr", Password = "secret" });

        await Failing<InvalidJobException>(() => remote.SetupJobsAsync(Array.Empty<Params>()));
        await Failing<InvalidJobException>(() => remote.SetupJobsAsync([1, 2]));
        await Failing<InvalidRequestException>(() => remote.SetupJobsAsync([new Params(1)], maxRedistributionAttempts: 0));
        await Failing<TooLargeException>(() => remote.SetupJobsAsync([new { Text = new string('x', 1 << 20) }]));
        await remote.SetupJobsAsync([new Params(1), new Params(2)]);
        await Failing<JobsAlreadySetUpException>(() => remote.SetupJobsAsync([new Params(1)]));
        await Failing<InvalidJobException>(() => remote.SetJobDoneAsync(0, new Score(1)));
        await Failing<InvalidJobException>(() => remote.SetJobDoneAsync(-1, new Score(1)));
        await Failing<InvalidJobException>(() => remote.SetJobDoneAsync(99, new Score(1)));
        await Failing<NotHeldException>(() => remote.ReleaseJobAsync(0));
        await remote.GetNextJobAsync<Params>();
        await Failing<InvalidJobException>(() => remote.SetJobDoneAsync(0, 5));
        await Failing<TooLargeException>(() => remote.SetJobDoneAsync(0, new { Text = new string('x', 1 << 20) }));
        (await remote.SetJobDoneAsync(0, new Score(1))).Outcome.Should().Be(ReportVerdict.Accepted);
        await Failing<NotHeldException>(() => remote.ReleaseJobAsync(0));
        await Failing<NotHeldException>(() => remote.FailJobAsync(0, "too late"));
        await Failing<WrongPasswordException>(() => RemoteControl.OpenAsync(Scheduler, new() { Tag = "svr", Password = "guess" }));
        await Failing<WrongPasswordException>(() => RemoteControl.OpenAsync(Scheduler, new() { Tag = "svr" }));
        await Failing<InvalidRequestException>(() => RemoteControl.OpenAsync(Scheduler, new() { Tag = "a/b" }));
    }

    private static async Task Failing<TException>(Func<Task> act)
        where TException : Exception => await act.Should().ThrowAsync<TException>();

    public sealed record Params(double Alpha);

    public sealed record Score(double Mse);
}
