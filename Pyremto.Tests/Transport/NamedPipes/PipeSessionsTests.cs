namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>S10 as a state machine: who is gone for how long.</summary>
public sealed class PipeSessionsTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly PipeSessions _sessions = new(Grace);

    [Fact]
    public void S10_who_does_not_come_back_within_2_seconds_is_lost_and_once()
    {
        var session = _sessions.Connected("a", ["w1"]);
        _sessions.Speaks(session, "w2");
        _sessions.Disconnected(session, [], Seconds(10));

        _sessions.NextDeadline.Should().Be(Seconds(12));
        _sessions.TryTakeLost(Seconds(11.999), out _).Should().BeFalse();
        _sessions.TryTakeLost(Seconds(12), out var lost).Should().BeTrue();

        lost!.Workers.Should().BeEquivalentTo("w1", "w2");
        _sessions.TryTakeLost(Seconds(100), out _).Should().BeFalse();
        _sessions.NextDeadline.Should().BeNull();
        _sessions.Find("a").Should().BeNull();
    }

    [Fact]
    public void S10_who_comes_back_in_time_is_not_lost()
    {
        _sessions.Disconnected(_sessions.Connected("a", ["w"]), [], Seconds(0));

        _sessions.Connected("a", []).Workers.Should().Equal("w");

        _sessions.TryTakeLost(Seconds(100), out _).Should().BeFalse();
    }

    [Fact]
    public void S10_the_grace_begins_anew_with_each_break()
    {
        var session = _sessions.Connected("a", ["w"]);
        _sessions.Disconnected(session, [], Seconds(0));
        _sessions.Connected("a", []);
        _sessions.Disconnected(session, [], Seconds(1));

        _sessions.TryTakeLost(Seconds(2), out _).Should().BeFalse();
        _sessions.TryTakeLost(Seconds(3), out _).Should().BeTrue();
    }

    [Fact]
    public void A_session_that_broke_twice_in_one_moment_is_lost_once()
    {
        var session = _sessions.Connected("a", ["w"]);
        _sessions.Disconnected(session, [Undelivered("w")], Seconds(0));
        _sessions.Connected("a", []);
        _sessions.Disconnected(session, [Undelivered("w")], Seconds(0));

        _sessions.TryTakeLost(Seconds(2), out var lost).Should().BeTrue();
        _sessions.Connected("a", ["w"]);

        _sessions.TryTakeLost(Seconds(2), out _).Should().BeFalse();
        lost!.Undelivered.Should().ContainSingle();
        _sessions.Find("a").Should().NotBeNull("it is another one of the same client");
    }

    [Fact]
    public void S8_an_answer_that_did_not_get_through_is_given_back_when_its_client_is_lost()
    {
        var session = _sessions.Connected("a", ["w"]);
        var undelivered = Undelivered("w");
        _sessions.Disconnected(session, [undelivered], Seconds(0));

        _sessions.TryTakeLost(Seconds(2), out var lost).Should().BeTrue();

        lost!.Undelivered.Should().Equal(undelivered);
    }

    [Fact]
    public void S8_who_comes_back_asks_again_so_nothing_is_given_back()
    {
        var session = _sessions.Connected("a", ["w"]);
        _sessions.Disconnected(session, [Undelivered("w")], Seconds(0));
        _sessions.Connected("a", []);
        _sessions.Disconnected(session, [], Seconds(1));

        _sessions.TryTakeLost(Seconds(3), out var lost).Should().BeTrue();

        lost!.Undelivered.Should().BeEmpty();
    }

    [Fact]
    public void A_worker_that_moved_to_another_client_is_not_lost_with_the_first()
    {
        var first = _sessions.Connected("a", ["moved", "stays"]);
        _sessions.Connected("b", ["moved"]);
        _sessions.Disconnected(first, [], Seconds(0));

        _sessions.TryTakeLost(Seconds(2), out var lost).Should().BeTrue();

        lost!.Workers.Should().Equal("stays");
    }

    [Fact]
    public void Many_are_lost_one_by_one_in_the_order_in_which_they_went()
    {
        foreach (var id in new[] { "a", "b", "c" })
            _sessions.Connected(id, [$"worker of {id}"]);
        _sessions.Disconnected(_sessions.Find("b")!, [], Seconds(0));
        _sessions.Disconnected(_sessions.Find("a")!, [], Seconds(1));
        _sessions.Disconnected(_sessions.Find("c")!, [], Seconds(5));

        Lost(Seconds(3)).Should().Equal("b", "a");
        _sessions.NextDeadline.Should().Be(Seconds(7));
        Lost(Seconds(7)).Should().Equal("c");
    }

    [Fact]
    public void A_session_speaks_for_so_many_workers_and_no_more()
    {
        var session = _sessions.Connected("a", [.. Enumerable.Range(0, PipeProtocol.MostWorkers).Select(i => $"w{i}")]);

        _sessions.Speaks(session, "one more");
        _sessions.Speaks(session, "w0");

        session.Workers.Should().HaveCount(PipeProtocol.MostWorkers).And.NotContain("one more");
    }

    private List<string> Lost(TimeSpan now)
    {
        var ids = new List<string>();
        while (_sessions.TryTakeLost(now, out var lost))
            ids.Add(lost.Id);
        return ids;
    }

    private static UndeliveredAnswer Undelivered(string worker) =>
        new(new ExchangeRequest { Worker = worker }, new ExchangeAnswer { State = NextState.Job });

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
