using System.Net;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>S16: what counts as one address.</summary>
public sealed class AddressNetsTests : IDisposable
{
    private readonly AddressBans _bans = new(maxOffences: 4, TimeSpan.FromMinutes(1), new FakeTimeProvider());

    public void Dispose() => _bans.Dispose();

    [Theory]
    [InlineData("127.0.0.1", "127.200.3.4")]
    [InlineData("127.0.0.1", "::1")]
    [InlineData("127.0.0.1", "::ffff:127.9.9.9")]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1")]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff::2")]
    public void These_are_one_address(string one, string other) => KeyOf(one).Should().Be(KeyOf(other));

    [Theory]
    [InlineData("127.0.0.1", "128.0.0.1")]
    [InlineData("192.0.2.1", "192.0.2.2")]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1")]
    public void These_are_two(string one, string other) => KeyOf(one).Should().NotBe(KeyOf(other));

    [Fact]
    public void Who_guesses_from_many_addresses_of_one_net_is_banned_with_all_of_it()
    {
        for (var i = 0; i < 8; i++)
        {
            _bans.BannedFor(KeyOf("2001:db8:0:1ff::1")).Should().BeNull();
            _bans.Offend(KeyOf($"2001:db8:0:1{i:x2}::1")); // a /64 each, all of one /56
        }
        _bans.BannedFor(KeyOf("2001:db8:0:1ff::1")).Should().NotBeNull();
        _bans.BannedFor(KeyOf("2001:db8:0:2ff::1")).Should().BeNull("another /56");
        _bans.CountOf(KeyOf("2001:db8:0:2ff::1")).Should().Be(8, "of the same /48");
        for (var i = 0; i < 8; i++)
            _bans.Offend(KeyOf($"2001:db8:0:{i + 2:x}00::1")); // a /56 each, all of one /48
        _bans.BannedFor(KeyOf("2001:db8:0:ffff::1")).Should().NotBeNull();
        _bans.BannedFor(KeyOf("2001:db8:1:1ff::1")).Should().BeNull("another /48");
    }

    [Fact]
    public void Neighbours_of_version_4_are_strangers()
    {
        for (var i = 0; i < 100; i++)
            _bans.Offend(KeyOf($"192.0.2.{i}"));
        _bans.BannedFor(KeyOf("192.0.2.200")).Should().BeNull();
        _bans.CountOf(KeyOf("192.0.2.1")).Should().Be(1);
        _bans.CountOf(KeyOf("192.0.2.200")).Should().Be(0);
    }

    private static IPAddress KeyOf(string address) => AddressNets.Key(IPAddress.Parse(address));
}
