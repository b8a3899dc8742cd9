namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>Which calls are sent, repeated, given up and ended when: message by message, without a pipe and without a clock.</summary>
public sealed class ClientSessionTests
{
    private static readonly TimeSpan ReconnectFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan VerdictWithin = TimeSpan.FromSeconds(7);

    private readonly ClientSession _session = new(ReconnectFor, VerdictWithin);
    private readonly List<PendingCall> _ended = [];
    private readonly List<PendingCall> _orphans = [];

    [Fact]
    public void Without_a_connection_calls_wait_and_go_out_in_order_when_there_is_one()
    {
        var first = Begin(sentAtOnce: false);
        var second = Begin(sentAtOnce: false);

        Connect(maxCalls: 10);

        TakeQueued().Should().Equal(first, second);
        Begin(sentAtOnce: true);
    }

    [Fact]
    public void No_more_calls_are_under_way_than_the_coordinator_takes()
    {
        Connect(maxCalls: 2);
        var first = Begin(sentAtOnce: true);
        Begin(sentAtOnce: true);
        var third = Begin(sentAtOnce: false);
        _session.TryTakeQueued().Should().BeNull();

        _session.Ended(first);

        TakeQueued().Should().Equal(third);
    }

    [Fact]
    public void An_answer_finds_its_call_once()
    {
        Connect(maxCalls: 2);
        var call = Begin(sentAtOnce: true);
        _session.Find(call.Id).Should().BeSameAs(call);

        _session.Ended(call);

        _session.Find(call.Id).Should().BeNull();
        _session.IsBusy.Should().BeFalse();
    }

    [Fact]
    public void Calls_that_can_be_repeated_are_in_their_order_and_the_others_end_when_the_connection_breaks()
    {
        Connect(maxCalls: 3);
        var first = Begin(sentAtOnce: true);
        var once = Begin(sentAtOnce: true, isRepeatable: false);
        var third = Begin(sentAtOnce: true);
        var queued = Begin(sentAtOnce: false, isRepeatable: false);

        Break(at: Seconds(1));

        _ended.Should().Equal(once);
        once.Stage.Should().Be(CallStage.Ended);
        _session.IsConnected.Should().BeFalse();
        Connect(maxCalls: 10);
        TakeQueued().Should().Equal(first, third, queued);
        _session.Find(first.Id).Should().BeSameAs(first, "it keeps its number");
    }

    [Fact]
    public void A_call_waits_for_a_connection_for_as_long_as_it_may()
    {
        var call = Begin(sentAtOnce: false, at: Seconds(5));
        _session.NextDeadline.Should().Be(Seconds(15));
        _session.TryTakeOverdue(Seconds(14.999)).Should().BeNull();

        _session.TryTakeOverdue(Seconds(15)).Should().BeSameAs(call);

        call.Stage.Should().Be(CallStage.Ended);
        _session.TryTakeOverdue(Seconds(99)).Should().BeNull();
        _session.NextDeadline.Should().BeNull();
        _session.IsBusy.Should().BeFalse();
    }

    [Fact]
    public void While_there_is_a_connection_no_call_is_overdue()
    {
        Connect(maxCalls: 1);
        Begin(sentAtOnce: true);
        Begin(sentAtOnce: false);

        _session.NextDeadline.Should().BeNull();
        _session.TryTakeOverdue(Seconds(1000)).Should().BeNull();
    }

    [Fact]
    public void After_a_break_the_time_of_every_call_begins_anew()
    {
        Connect(maxCalls: 1);
        var sent = Begin(sentAtOnce: true);
        var queued = Begin(sentAtOnce: false);
        Break(at: Seconds(100));

        _session.TryTakeOverdue(Seconds(109.999)).Should().BeNull();
        _session.TryTakeOverdue(Seconds(110)).Should().BeSameAs(sent);
        _session.TryTakeOverdue(Seconds(110)).Should().BeSameAs(queued);
    }

    [Fact]
    public void A_call_that_no_coordinator_saw_is_given_up_at_once()
    {
        var call = Begin(sentAtOnce: false);

        _session.GiveUp(call, Seconds(1)).Should().Be(GiveUp.Cancelled);

        call.Stage.Should().Be(CallStage.Ended);
        Connect(maxCalls: 1);
        _session.TryTakeQueued().Should().BeNull();
        _session.GiveUp(call, Seconds(1)).Should().Be(GiveUp.Nothing);
    }

    [Fact]
    public void A_call_that_is_given_up_before_it_began_never_goes_out()
    {
        var call = new StubCall(isRepeatable: true);

        _session.GiveUp(call, Seconds(1)).Should().Be(GiveUp.Cancelled);

        call.Stage.Should().Be(CallStage.Ended);
    }

    [Fact]
    public void S8_a_call_that_was_sent_waits_for_the_verdict_and_its_caller_not_for_ever()
    {
        Connect(maxCalls: 1);
        var call = Begin(sentAtOnce: true);
        _session.GiveUp(call, Seconds(1)).Should().Be(GiveUp.SendCancel);
        _session.GiveUp(call, Seconds(1)).Should().Be(GiveUp.Nothing, "once is enough");
        _session.NextDeadline.Should().Be(Seconds(8));
        _session.TryTakeOverdue(Seconds(7.999)).Should().BeNull();

        _session.TryTakeOverdue(Seconds(8)).Should().BeSameAs(call);

        call.IsOrphan.Should().BeTrue();
        _session.Find(call.Id).Should().BeSameAs(call, "what comes for it has to be given back");
        _session.TryTakeOverdue(Seconds(99)).Should().BeNull();
    }

    [Fact]
    public void A_verdict_in_time_ends_the_call()
    {
        Connect(maxCalls: 1);
        var call = Begin(sentAtOnce: true);
        _session.GiveUp(call, Seconds(1));

        _session.Ended(call);

        _session.NextDeadline.Should().BeNull();
        _session.TryTakeOverdue(Seconds(99)).Should().BeNull();
    }

    [Fact]
    public void S8_a_call_that_was_sent_before_the_break_lets_its_caller_go_and_is_asked_again()
    {
        Connect(maxCalls: 1);
        var call = Begin(sentAtOnce: true);
        Break(at: Seconds(1));

        _session.GiveUp(call, Seconds(2)).Should().Be(GiveUp.Orphan);

        call.IsOrphan.Should().BeTrue();
        Connect(maxCalls: 1);
        TakeQueued().Should().Equal(call);
    }

    [Fact]
    public void S8_a_caller_who_waits_for_the_verdict_is_let_go_when_the_connection_breaks()
    {
        Connect(maxCalls: 3);
        var repeatable = Begin(sentAtOnce: true);
        var once = Begin(sentAtOnce: true, isRepeatable: false);
        _session.GiveUp(repeatable, Seconds(1));
        _session.GiveUp(once, Seconds(1));

        Break(at: Seconds(2));

        _orphans.Should().Equal(repeatable);
        _ended.Should().Equal(once);
        repeatable.IsOrphan.Should().BeTrue();
        _session.NextDeadline.Should().Be(Seconds(12));
    }

    [Fact]
    public void S8_who_was_let_go_once_is_not_let_go_twice()
    {
        Connect(maxCalls: 1);
        var call = Begin(sentAtOnce: true);
        _session.GiveUp(call, Seconds(0));
        _session.TryTakeOverdue(Seconds(7)).Should().BeSameAs(call);

        Break(at: Seconds(8));

        _orphans.Should().BeEmpty();
    }

    [Fact]
    public void Deadlines_of_both_kinds_come_in_time()
    {
        Connect(maxCalls: 1);
        var call = Begin(sentAtOnce: true);
        Begin(sentAtOnce: false, at: Seconds(0));
        _session.GiveUp(call, Seconds(1));

        _session.NextDeadline.Should().Be(Seconds(8), "the queued one does not wait for a connection");
    }

    [Fact]
    public void At_the_end_all_calls_end()
    {
        Connect(maxCalls: 2);
        var sent = Begin(sentAtOnce: true);
        var givenUp = Begin(sentAtOnce: true);
        var queued = Begin(sentAtOnce: false);
        _session.GiveUp(givenUp, Seconds(0));

        _session.EndAll().Should().BeEquivalentTo([sent, givenUp, queued]);

        _session.IsBusy.Should().BeFalse();
        _session.NextDeadline.Should().BeNull();
        sent.Stage.Should().Be(CallStage.Ended);
        _session.GiveUp(sent, Seconds(1)).Should().Be(GiveUp.Nothing);
    }

    [Fact]
    public void A_connection_that_breaks_at_once_gives_no_call_more_time()
    {
        Connect(maxCalls: 1, at: Seconds(0));
        var call = Begin(sentAtOnce: true);
        Break(at: Seconds(100)); // this one was of use
        var later = Begin(sentAtOnce: false, at: Seconds(101));
        Connect(maxCalls: 2, at: Seconds(105));
        TakeQueued().Should().Equal(call, later);
        var last = Begin(sentAtOnce: false, at: Seconds(105));

        Break(at: Seconds(105.9));

        _session.TryTakeOverdue(Seconds(109.999)).Should().BeNull();
        _session.TryTakeOverdue(Seconds(110)).Should().BeSameAs(call);
        _session.NextDeadline.Should().Be(Seconds(111));
        _session.TryTakeOverdue(Seconds(111)).Should().BeSameAs(later);
        _session.TryTakeOverdue(Seconds(115)).Should().BeSameAs(last);
    }

    [Fact]
    public void Calls_that_last_leave_room_for_as_many_others_and_go_first_when_there_is_room_again()
    {
        Connect(maxCalls: 1);
        var waiting = Begin(sentAtOnce: true, lasts: true);
        var queued = Begin(sentAtOnce: false, lasts: true);
        var beat = Begin(sentAtOnce: true);
        var later = Begin(sentAtOnce: false);

        _session.Ended(beat);
        TakeQueued().Should().Equal(later);
        _session.Ended(waiting);
        TakeQueued().Should().Equal(queued);
    }

    [Fact]
    public void A_call_with_reports_gives_its_wait_up_where_all_places_to_wait_are_taken()
    {
        Connect(maxCalls: 1);
        Begin(sentAtOnce: true, lasts: true);

        var report = Begin(sentAtOnce: true, lasts: true, hasReports: true);

        report.Lasts.Should().BeFalse();
        Break(at: Seconds(2));
        Connect(maxCalls: 1);
        TakeQueued().Should().HaveCount(2).And.Contain(report);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_queued_call_with_reports_gives_its_wait_up_for_the_first_place_there_is(bool disconnected)
    {
        if (!disconnected)
            Connect(maxCalls: 1);
        Begin(sentAtOnce: !disconnected, lasts: true);
        var brief = Begin(sentAtOnce: !disconnected);
        var waiting = Begin(sentAtOnce: false, lasts: true);
        var report = Begin(sentAtOnce: false, lasts: true, hasReports: true);
        if (disconnected)
        {
            Connect(maxCalls: 1);
            TakeQueued().Should().HaveCount(2).And.NotContain([waiting, report]);
        }

        _session.Ended(brief);

        TakeQueued().Should().Equal(report);
        report.Lasts.Should().BeFalse();
        waiting.Lasts.Should().BeTrue();
    }

    private void Connect(int maxCalls, TimeSpan at = default) => _session.Connected(maxCalls, at);

    private StubCall Begin(bool sentAtOnce, bool isRepeatable = true, TimeSpan at = default, bool lasts = false, bool hasReports = false)
    {
        var call = new StubCall(isRepeatable, lasts, hasReports);
        _session.Begin(call, at).Should().Be(sentAtOnce);
        return call;
    }

    private void Break(TimeSpan at) => _session.Broke(at, _ended, _orphans);

    private List<PendingCall> TakeQueued()
    {
        var taken = new List<PendingCall>();
        while (_session.TryTakeQueued() is { } call)
            taken.Add(call);
        return taken;
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private sealed class StubCall(bool isRepeatable, bool lasts = false, bool hasReports = false) : PendingCall(isRepeatable, lasts)
    {
        public override bool TryNotToWait()
        {
            Lasts &= !hasReports;
            return hasReports;
        }

        public override void Write(FrameWriter writer, int longestRequest)
        {
        }

        public override bool Read(in Frame frame) => true;

        public override void Fail(Exception error)
        {
        }

        public override void Finish()
        {
        }

        public override void Orphan(Action<ExchangeRequest, ExchangeAnswer> release)
        {
        }
    }
}
