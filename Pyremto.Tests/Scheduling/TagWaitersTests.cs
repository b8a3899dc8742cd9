namespace Pyremto.Tests.Scheduling;

/// <summary>S7: who is woken, and who is woken in the place of one that could do nothing with it.</summary>
public sealed class TagWaitersTests
{
    private readonly TagWaiters _waiters = new();

    [Fact]
    public async Task A_change_wakes_as_many_as_it_serves_those_who_wait_longest_first()
    {
        var (_, first) = Wait(null, "a");
        var (_, second) = Wait("", []);
        var (_, third) = Wait(null, "a");

        _waiters.Wake("a", most: 2);

        await Woken(first, third); // who names the tag comes before who means all
        second.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task Who_could_do_nothing_with_a_tag_lets_another_try_who_waits_for_a_prefix()
    {
        var (ticket, first) = Wait(null, "a");
        var (_, other) = Wait("b", []);
        var (_, second) = Wait("", []);
        _waiters.Wake("a", most: 1);
        await Woken(first);

        _waiters.Look(ticket);
        _waiters.PassOn(ticket);

        await Woken(second);
        other.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task Who_waits_for_a_prefix_and_could_do_nothing_lets_the_next_try_whom_the_tag_concerns()
    {
        var (ticket, first) = Wait("batch-", []);
        var (_, other) = Wait("single-", []);
        var (secondTicket, second) = Wait("batch-", []);
        var (_, wider) = Wait("", []);
        var (_, narrower) = Wait("batch-1", []);
        _waiters.Wake("batch-1", most: 1);
        await Woken(first);

        PassOn(ticket);
        await Woken(second);
        wider.IsCompleted.Should().BeFalse("one at a time");
        PassOn(secondTicket);
        await Woken(await Task.WhenAny(wider, narrower));

        other.IsCompleted.Should().BeFalse();

        void PassOn(TagWaiters.Ticket of)
        {
            _waiters.Look(of);
            _waiters.PassOn(of);
        }
    }

    [Fact]
    public async Task Who_waits_for_a_prefix_and_is_served_by_the_tag_that_woke_it_wakes_nobody()
    {
        var (ticket, first) = Wait("batch-", []);
        var (_, second) = Wait("batch-", []);
        _waiters.Wake("batch-1", most: 1);
        await Woken(first);

        _waiters.Look(ticket);
        _waiters.PassOn(ticket, served: "batch-1");
        second.IsCompleted.Should().BeFalse();
        _waiters.Wake("batch-2", most: 1);

        await Woken(second);
    }

    [Fact]
    public async Task Who_waits_for_a_prefix_is_not_kept_from_sleep_by_other_tags()
    {
        var ticket = _waiters.Enter([], "batch-");
        _waiters.Wake("other", most: 1);

        var waiting = _waiters.WaitAsync(ticket, CancellationToken.None).AsTask();

        waiting.IsCompleted.Should().BeFalse();
        _waiters.Wake("batch-1", most: 1);
        await Woken(waiting);
    }

    [Fact]
    public async Task Who_took_work_of_one_tag_passes_on_the_others_and_not_that_one()
    {
        var (ticket, both) = Wait(null, "a", "b");
        var (_, ofA) = Wait(null, "a");
        var (_, ofB) = Wait(null, "b");
        var (_, last) = Wait(null, "c");
        _waiters.Wake("a", most: 1);
        _waiters.Wake("b", most: 1);
        await Woken(both, ofB);

        _waiters.Look(ticket);
        _waiters.PassOn(ticket, served: "a");
        _waiters.Wake("c", most: 1);
        await Woken(last);
        ofA.IsCompleted.Should().BeFalse();

        _waiters.PassOn(ticket, served: "b");
        await Woken(ofA);
    }

    private static async Task Woken(params Task<bool>[] waiting) =>
        (await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromMinutes(1))).Should().OnlyContain(isWoken => isWoken);

    private (TagWaiters.Ticket Ticket, Task<bool> Woken) Wait(string? prefix, params string[] tags)
    {
        var ticket = _waiters.Enter(tags, prefix);
        return (ticket, _waiters.WaitAsync(ticket, CancellationToken.None).AsTask());
    }
}
