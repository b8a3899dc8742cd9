namespace Pyremto.Tests.Durability;

/// <summary>How the store's writer forms groups; each group is one flush.</summary>
public sealed class GroupPaceTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMicroseconds(5);
    private static readonly TimeSpan Late = TimeSpan.FromMicroseconds(300);
    private static readonly TimeSpan Flush = TimeSpan.FromMicroseconds(120);
    private static readonly TimeSpan SlowFlush = TimeSpan.FromMilliseconds(10);

    private readonly GroupPace _pace = new();

    [Fact]
    public void A_caller_alone_is_answered_without_waiting_for_others()
    {
        Group(1, Soon);

        _pace.Awaits(groupSize: 0, Soon).Should().BeFalse();
        _pace.Awaits(groupSize: 1, Soon).Should().BeFalse();
    }

    [Fact]
    public void Callers_who_were_answered_just_now_are_awaited_until_all_are_there()
    {
        Group(32, Soon);

        _pace.Awaits(groupSize: 0, Soon).Should().BeTrue();
        _pace.Awaits(groupSize: 31, Soon).Should().BeTrue();
        _pace.Awaits(groupSize: 32, Soon).Should().BeFalse();
    }

    [Fact]
    public void Callers_who_do_not_come_back_soon_are_not_awaited()
    {
        Group(32, Soon);

        _pace.Awaits(groupSize: 1, Late).Should().BeFalse();
    }

    [Fact]
    public void Near_callers_share_a_flush_whatever_their_number()
    {
        Group(32, Soon);

        _pace.Begin(Soon);

        _pace.Most.Should().Be(GroupPace.Largest);
    }

    [Fact]
    public void Of_far_callers_one_half_is_flushed_while_the_other_travels()
    {
        Group(32, Soon);

        _pace.Begin(Late);
        _pace.Most.Should().Be(16);
        _pace.End(16, Flush);

        _pace.Begin(Soon);
        _pace.Most.Should().Be(GroupPace.Largest, "the other half is there and goes on whole");
    }

    [Fact]
    public void On_a_slow_disk_far_callers_are_awaited_and_share_a_flush()
    {
        for (var i = 0; i < 20; i++)
            Group(32, Late, SlowFlush);

        _pace.Awaits(groupSize: 16, Late).Should().BeTrue("to wait for them takes less than to flush twice");
        _pace.Begin(Late);
        _pace.Most.Should().Be(GroupPace.Largest);
    }

    [Fact]
    public void However_slow_the_disk_is_nobody_is_awaited_for_long()
    {
        Group(32, Soon, TimeSpan.FromSeconds(1));

        _pace.Awaits(groupSize: 1, TimeSpan.FromMilliseconds(1)).Should().BeFalse();
    }

    [Fact]
    public void A_few_far_callers_share_a_flush()
    {
        Group(7, Soon);

        _pace.Begin(Late);

        _pace.Most.Should().Be(GroupPace.Largest);
    }

    [Fact]
    public void Callers_who_are_gone_are_forgotten()
    {
        Group(1000, Soon);

        for (var i = 0; i < 100; i++)
            Group(1, Soon);

        _pace.Awaits(groupSize: 0, Soon).Should().BeFalse();
        _pace.Begin(Late);
        _pace.Most.Should().Be(GroupPace.Largest);
    }

    private void Group(int size, TimeSpan sinceAnswers, TimeSpan? flush = null)
    {
        _pace.Begin(sinceAnswers);
        _pace.End(size, flush ?? Flush);
    }
}
