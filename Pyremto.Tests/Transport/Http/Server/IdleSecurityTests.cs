using System.Net;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>S16: what guards the coordinator costs nothing while there is nothing to guard against.</summary>
public sealed class IdleSecurityTests
{
    private static readonly IPAddress Address = IPAddress.Parse("192.0.2.1");

    [Fact]
    public void Bans_keep_nothing_once_the_last_offence_is_forgotten()
    {
        var time = new FakeTimeProvider();
        using var bans = new AddressBans(maxOffences: 2, TimeSpan.FromMinutes(1), time);
        bans.IsEmpty.Should().BeTrue();
        bans.BannedFor(Address).Should().BeNull();

        bans.Offend(Address);
        bans.BannedFor(Address).Should().BeNull();
        time.Advance(TimeSpan.FromSeconds(40));
        bans.Offend(Address);
        time.Advance(TimeSpan.FromSeconds(40)); // since the last offence, not since the first
        bans.BannedFor(Address).Should().NotBeNull();
        bans.BannedFor(IPAddress.Parse("192.0.2.2")).Should().BeNull();
        bans.IsEmpty.Should().BeFalse();

        time.Advance(TimeSpan.FromSeconds(30));
        bans.IsEmpty.Should().BeTrue();
        bans.BannedFor(Address).Should().BeNull();
        bans.Offend(Address);
        bans.IsEmpty.Should().BeFalse();
    }

    [Fact]
    public async Task Turns_keep_nothing_once_all_are_over()
    {
        var turns = new AddressTurns(atOnce: 2, mostInLine: 1);
        turns.IsEmpty.Should().BeTrue();

        var first = await turns.TakeAsync(Address, 0, CancellationToken.None);
        var second = turns.TakeAsync(Address, 0, CancellationToken.None).AsTask();
        second.IsCompleted.Should().BeFalse();
        (await turns.TakeAsync(Address, 0, CancellationToken.None)).Should().BeNull("one waits already");
        first!.Dispose();
        first.Dispose();
        var turn = await second;
        turns.IsEmpty.Should().BeFalse("a turn that ends twice ends once");
        turn!.Dispose();
        turns.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public async Task Turns_keep_nothing_once_a_waiter_gives_up()
    {
        var turns = new AddressTurns(atOnce: 2, mostInLine: 1);
        var first = await turns.TakeAsync(Address, 0, CancellationToken.None);
        using var end = new CancellationTokenSource();
        var second = turns.TakeAsync(Address, 0, end.Token).AsTask();
        await end.CancelAsync();
        await FluentActions.Awaiting(() => second).Should().ThrowAsync<OperationCanceledException>();
        turns.IsEmpty.Should().BeFalse();
        first!.Dispose();
        turns.IsEmpty.Should().BeTrue();
    }
}
