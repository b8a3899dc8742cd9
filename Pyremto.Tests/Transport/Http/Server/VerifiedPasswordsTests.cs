using System.Net;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.Http.Server;

public sealed class VerifiedPasswordsTests
{
    private static readonly IPAddress Address = IPAddress.Parse("192.0.2.1");

    private readonly VerifiedPasswords _verified = new(new SeededRandom(1), most: 10);

    [Fact]
    public void Tags_that_come_and_go_are_not_remembered_for_ever_and_one_in_use_is()
    {
        _verified.Add(Address, "in use", "secret");
        for (var i = 0; i < 1000; i++)
        {
            _verified.Add(Address, $"tag {i}", "secret");
            _verified.Contains(Address, "in use", "secret").Should().BeTrue();
            _verified.Count.Should().BeLessThanOrEqualTo(20);
        }
        _verified.Contains(Address, "tag 999", "secret").Should().BeTrue();
        _verified.Contains(Address, "tag 0", "secret").Should().BeFalse();
    }

    [Fact]
    public void Another_password_is_not_the_one_that_was_right_and_what_is_removed_is_forgotten()
    {
        _verified.Add(Address, "tag", "secret");
        for (var i = 0; i < 10; i++)
            _verified.Add(Address, $"other {i}", "secret"); // the tag is among the old ones now

        _verified.Contains(Address, "tag", "guess").Should().BeFalse();
        _verified.Add(Address, "tag", "new");
        _verified.Contains(Address, "tag", "secret").Should().BeFalse();
        _verified.Contains(Address, "tag", "new").Should().BeTrue();
        _verified.Remove(Address, "tag");
        _verified.Contains(Address, "tag", "new").Should().BeFalse();
    }

    [Fact]
    public void What_one_address_has_shown_is_of_no_use_to_another()
    {
        _verified.Add(Address, "tag", "secret");

        _verified.Contains(IPAddress.Parse("192.0.2.2"), "tag", "secret").Should().BeFalse();
        _verified.Contains(IPAddress.Parse("192.0.2.1"), "tag", "secret").Should().BeTrue();
    }
}
