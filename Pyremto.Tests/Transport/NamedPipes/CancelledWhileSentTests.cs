using System.Collections;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>S8: a call that is given up in the very moment in which it is sent.</summary>
public sealed class CancelledWhileSentTests
{
    [Fact]
    public async Task S8_a_call_that_is_given_up_while_it_waits_to_be_written_is_given_up_at_once()
    {
        await using var coordinator = await PipeCoordinator.StartAsync();
        await coordinator.SetUpAsync();
        await coordinator.Scheduler.ExchangeAsync(new ExchangeRequest { Tags = [PipeCoordinator.Tag], Worker = "holder" }, default);
        var time = new AskedTime();
        var client = coordinator.Connect(time: time);
        await client.TagExistsAsync("tag", default);

        for (var round = 0; round < 100; round++)
        {
            using var gone = new CancellationTokenSource();
            var tags = new SlowTags();
            var slow = Task.Run(() => client.ExchangeAsync(new ExchangeRequest { Tags = tags, Worker = "slow" }, default).AsTask());
            await tags.IsRead.WaitAsync(PipeCoordinator.Patience); // nobody else can write until it is told to go on
            var asked = time.NextAsync();
            var call = Task.Run(() => client.ExchangeAsync(
                new ExchangeRequest { Tags = [PipeCoordinator.Tag], Worker = "w", Wait = TimeSpan.FromSeconds(50) }, gone.Token).AsTask());
            await asked.WaitAsync(PipeCoordinator.Patience); // by the call, which begins

            var cancelling = Task.Run(gone.Cancel);
            tags.GoOn();

            await cancelling.WaitAsync(PipeCoordinator.Patience);
            await FluentActions.Awaiting(() => call.WaitAsync(PipeCoordinator.Patience)).Should().ThrowAsync<OperationCanceledException>();
            await slow.WaitAsync(PipeCoordinator.Patience);
        }
    }

    /// <summary>The tag, but whoever writes it has to wait.</summary>
    private sealed class SlowTags : IReadOnlyList<TagAccess>
    {
        private readonly TaskCompletionSource _isRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _mayGoOn = new();

        public Task IsRead => _isRead.Task;

        public int Count => 1;

        public TagAccess this[int index]
        {
            get
            {
                _isRead.TrySetResult();
                _mayGoOn.Wait();
                return PipeCoordinator.Tag;
            }
        }

        public void GoOn() => _mayGoOn.Set();

        public IEnumerator<TagAccess> GetEnumerator()
        {
            yield return this[0];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    /// <summary>Time that stands still, and says when it is asked for.</summary>
    private sealed class AskedTime : TimeProvider
    {
        private readonly FakeTimeProvider _still = new();
        private TaskCompletionSource? _next;

        public Task NextAsync()
        {
            var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _next, next);
            return next.Task;
        }

        public override long TimestampFrequency => _still.TimestampFrequency;

        public override long GetTimestamp()
        {
            Volatile.Read(ref _next)?.TrySetResult();
            return _still.GetTimestamp();
        }

        public override DateTimeOffset GetUtcNow() => _still.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            _still.CreateTimer(callback, state, dueTime, period);
    }
}
