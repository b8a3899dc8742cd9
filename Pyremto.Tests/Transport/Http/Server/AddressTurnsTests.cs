using System.Net;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>S16: who may have a password hashed, and in which order, so that strangers cannot make an owner wait.</summary>
public sealed class AddressTurnsTests
{
    private static readonly IPAddress Owner = IPAddress.Parse("192.0.2.1");

    [Fact]
    public async Task An_owner_comes_before_strangers_that_guessed_before()
    {
        var turns = new AddressTurns(atOnce: 1, mostInLine: 10);
        var running = await turns.TakeAsync(Stranger(0), 0, CancellationToken.None);
        var strangers = Enumerable.Range(1, 8).Select(i => turns.TakeAsync(Stranger(i), 1, CancellationToken.None).AsTask()).ToArray();
        var owner = turns.TakeAsync(Owner, 0, CancellationToken.None).AsTask();

        running!.Dispose();

        (await owner.WaitAsync(HttpCoordinator.Patience)).Should().NotBeNull();
        strangers.Should().OnlyContain(stranger => !stranger.IsCompleted);
    }

    [Fact]
    public async Task A_full_line_has_a_place_for_an_address_that_has_less_in_it()
    {
        var turns = new AddressTurns(atOnce: 1, mostInLine: 3);
        var running = await turns.TakeAsync(Stranger(0), 0, CancellationToken.None);
        var crowd = Enumerable.Range(0, 5).Select(_ => turns.TakeAsync(Stranger(1), 0, CancellationToken.None).AsTask()).ToArray();
        (await crowd[3]).Should().BeNull("the line is full, of its own");
        (await crowd[4]).Should().BeNull();

        var owner = turns.TakeAsync(Owner, 0, CancellationToken.None).AsTask();
        (await crowd[2].WaitAsync(HttpCoordinator.Patience)).Should().BeNull("it gave way");
        running!.Dispose();
        (await crowd[0].WaitAsync(HttpCoordinator.Patience))!.Dispose();
        (await crowd[1].WaitAsync(HttpCoordinator.Patience))!.Dispose();
        (await owner.WaitAsync(HttpCoordinator.Patience))!.Dispose();
        turns.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public async Task A_full_line_of_strangers_that_guessed_before_has_a_place_for_an_owner()
    {
        var turns = new AddressTurns(atOnce: 1, mostInLine: 2);
        using var running = await turns.TakeAsync(Stranger(0), 0, CancellationToken.None);
        var first = turns.TakeAsync(Stranger(1), 3, CancellationToken.None).AsTask();
        var second = turns.TakeAsync(Stranger(2), 4, CancellationToken.None).AsTask();

        (await turns.TakeAsync(Stranger(3), 4, CancellationToken.None)).Should().BeNull("it is no better than those who wait");
        var owner = turns.TakeAsync(Owner, 0, CancellationToken.None).AsTask();

        (await second.WaitAsync(HttpCoordinator.Patience)).Should().BeNull();
        owner.IsCompleted.Should().BeFalse();
        first.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task Some_addresses_have_a_turn_at_once_and_each_has_one()
    {
        var turns = new AddressTurns(atOnce: 2, mostInLine: 10);
        using var one = await turns.TakeAsync(Owner, 0, CancellationToken.None);
        var again = turns.TakeAsync(Owner, 0, CancellationToken.None).AsTask();
        using var other = await turns.TakeAsync(Stranger(1), 0, CancellationToken.None).AsTask().WaitAsync(HttpCoordinator.Patience);
        var third = turns.TakeAsync(Stranger(2), 0, CancellationToken.None).AsTask();

        again.IsCompleted.Should().BeFalse();
        third.IsCompleted.Should().BeFalse();
        other!.Dispose();
        (await third.WaitAsync(HttpCoordinator.Patience)).Should().NotBeNull();
        again.IsCompleted.Should().BeFalse("its address has a turn");
        one!.Dispose();
        (await again.WaitAsync(HttpCoordinator.Patience)).Should().NotBeNull();
    }

    private static IPAddress Stranger(int number) => IPAddress.Parse($"203.0.113.{number}");
}
