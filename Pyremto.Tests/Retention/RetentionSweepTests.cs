using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Retention;

public sealed class RetentionSweepTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly FakeTimeProvider _time = new();
    private CancellationTokenSource _stop = new();
    private JournaledJobStore _store = null!;
    private Task _sweeping = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        _store = JournaledJobStore.InMemory(_time);
        await _store.OpenAsync(None);
        await _store.CreateTagAsync(Make.Record("idle", Guid.Parse("11111111-2222-3333-4444-555555555555"), _time.GetUtcNow()), None);
        await _store.CreateTagAsync(Make.Record("used", Guid.Parse("21111111-2222-3333-4444-555555555555"), _time.GetUtcNow()), None);
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        await _store.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task S17_a_tag_that_was_not_used_for_the_retention_is_deleted_and_one_that_was_used_stays()
    {
        Start(TimeSpan.FromDays(30));
        await PassAsync(29 * Day);
        await _store.GetProgressAsync((await _store.FindTagAsync("used", None))!, [], None);
        (await ExistsAsync("idle")).Should().BeTrue();
        await PassAsync(2 * Day);
        (await ExistsAsync("idle")).Should().BeFalse();
        (await ExistsAsync("used")).Should().BeTrue();
    }

    [Fact]
    public async Task S17_downtime_deletes_nothing_and_a_coordinator_that_is_restarted_often_sweeps_all_the_same()
    {
        _time.Advance(400 * Day); // nobody counts: as while the coordinator is down
        for (var hours = 0.0; hours + 12.5 <= 30 * 24; hours += 12.5)
        {
            Start(TimeSpan.FromDays(30));
            await PassAsync(TimeSpan.FromHours(12));
            (await ExistsAsync("idle")).Should().BeTrue();
            _time.Advance(TimeSpan.FromMinutes(30)); // counts, as it stops in order
            await StopAsync();
            _time.Advance(Day);
        }

        Start(TimeSpan.FromDays(30));
        await PassAsync(TimeSpan.FromHours(10));
        (await ExistsAsync("idle")).Should().BeFalse();
    }

    [Theory]
    [InlineData(365)]
    [InlineData(-365)]
    public async Task S17_a_jump_of_the_clock_deletes_nothing_and_delays_nothing(int days)
    {
        Start(TimeSpan.FromDays(30));
        await PassAsync(2 * Day);
        _time.JumpWallClock(days * Day);
        await PassAsync(27 * Day);
        (await ExistsAsync("idle")).Should().BeTrue();
        await PassAsync(2 * Day);
        (await ExistsAsync("idle")).Should().BeFalse();
    }

    private void Start(TimeSpan retention)
    {
        _stop = new CancellationTokenSource();
        _sweeping = new RetentionSweep(
            _store, new PyremtoOptions { Retention = retention }, _time, NullLogger<RetentionSweep>.Instance).RunAsync(_stop.Token);
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _sweeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task PassAsync(TimeSpan time)
    {
        for (var hours = 0; hours < time.TotalHours; hours++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            await _time.UntilTimerAsync(TimeSpan.FromHours(1)); // the sweep has done its work and waits again
        }
    }

    private async Task<bool> ExistsAsync(string tag) => await _store.FindTagAsync(tag, None) is not null;
}
