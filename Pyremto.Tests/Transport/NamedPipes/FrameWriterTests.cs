namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>What goes out together.</summary>
public sealed class FrameWriterTests : IDisposable
{
    private readonly MemoryStream _sent = new();
    private readonly FrameWriter _writer;

    public FrameWriterTests() => _writer = new FrameWriter(_sent, TimeProvider.System);

    public void Dispose() => _sent.Dispose();

    [Fact]
    public void What_is_not_held_goes_out_at_once()
    {
        Leave(1);

        _sent.Length.Should().Be(Frame.HeaderLength);
    }

    [Fact]
    public void A_hold_that_ends_sends_nothing_that_another_one_holds()
    {
        _writer.Hold();
        _writer.Hold();
        Leave(2);

        EndHold();
        Leave(1);
        _sent.Length.Should().Be(0);

        EndHold();
        _sent.Length.Should().Be(3 * Frame.HeaderLength);
    }

    [Fact]
    public void After_the_last_hold_frames_go_out_at_once_again()
    {
        _writer.Hold();
        EndHold();

        Leave(1);

        _sent.Length.Should().Be(Frame.HeaderLength);
    }

    [Fact]
    public void However_much_is_held_the_peer_gets_something_to_do_meanwhile()
    {
        _writer.Hold();

        Leave(1000);

        _sent.Length.Should().BePositive();
    }

    [Fact]
    public void That_the_peer_takes_nothing_any_more_is_told_once()
    {
        var told = 0;
        var writer = new FrameWriter(_sent, TimeProvider.System, () => told++);
        _sent.Dispose();

        for (var i = 0; i < 3; i++)
        {
            writer.Write(FrameKind.Goodbye, call: 0);
            writer.Flush();
        }

        told.Should().Be(1);
    }

    [Fact]
    public Task A_peer_that_takes_a_long_message_slowly_is_not_stuck_and_one_that_stops_is() => Task.Run(() => // where what is awaited goes on at once
    {
        var time = new Support.FakeTimeProvider();
        using var slow = new SlowStream();
        var writer = new FrameWriter(slow, time);
        writer.WriteJson(FrameKind.Answer, call: 1, new string('x', 1 << 20));
        writer.Flush();

        while (writer.Sent < 1 << 20)
        {
            time.Advance(TimeSpan.FromSeconds(20));
            writer.StuckFor.Should().Be(TimeSpan.FromSeconds(20), "it took something before, after {0} bytes", writer.Sent);
            slow.Take();
        }
        writer.StuckFor.Should().Be(TimeSpan.Zero);

        writer.Write(FrameKind.Goodbye, call: 0);
        writer.Flush();
        time.Advance(TimeSpan.FromHours(1));
        writer.StuckFor.Should().Be(TimeSpan.FromHours(1));
    });

    /// <summary>Takes each write when it is told to, and goes on inside that call.</summary>
    private sealed class SlowStream : MemoryStream
    {
        private TaskCompletionSource _taken = new();

        public void Take()
        {
            var taken = _taken;
            _taken = new TaskCompletionSource();
            taken.SetResult();
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => new(_taken.Task);
    }

    private void Leave(int frames)
    {
        for (var i = 0; i < frames; i++)
        {
            _writer.Write(FrameKind.Goodbye, call: 0);
            _writer.Flush();
        }
    }

    /// <summary>What the thread pool does once it has come to what <see cref="FrameWriter.FlushBehind"/> left with it.</summary>
    private void EndHold() => ((IThreadPoolWorkItem)_writer).Execute();
}
