namespace Pyremto.Tests.Transport.NamedPipes;

public sealed class StreamCreditTests
{
    private readonly StreamCredit _credit = new();

    [Fact]
    public void It_begins_with_a_window_and_the_item_that_overdraws_it_may_go()
    {
        _credit.Spend(PipeProtocol.StreamWindow - 1);
        _credit.WaitAsync(default).IsCompletedSuccessfully.Should().BeTrue();

        _credit.Spend(10 * PipeProtocol.StreamWindow);

        _credit.WaitAsync(default).IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task The_sender_goes_on_when_what_was_overdrawn_is_granted_and_not_before()
    {
        _credit.Spend(3 * PipeProtocol.StreamWindow);
        var waiting = _credit.WaitAsync(default);

        _credit.Grant(2 * PipeProtocol.StreamWindow);
        waiting.IsCompleted.Should().BeFalse();
        _credit.Grant(1);

        await waiting.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Nobody_can_grant_more_than_a_window()
    {
        for (var i = 0; i < 100; i++)
            _credit.Grant(uint.MaxValue);

        _credit.Spend(PipeProtocol.StreamWindow);

        _credit.WaitAsync(default).IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task Who_gives_up_does_not_wait()
    {
        _credit.Spend(PipeProtocol.StreamWindow);
        using var gone = new CancellationTokenSource();
        var waiting = _credit.WaitAsync(gone.Token);

        await gone.CancelAsync();

        await FluentActions.Awaiting(() => waiting.WaitAsync(TimeSpan.FromSeconds(20))).Should().ThrowAsync<OperationCanceledException>();
    }
}
