using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.Http.Server;

public sealed class VerifiedPasswordsTests
{
    private readonly VerifiedPasswords _verified = new(new SeededRandom(1), most: 10);

    [Fact]
    public void Tags_that_come_and_go_are_not_remembered_for_ever_and_one_in_use_is()
    {
        _verified.Add("in use", "secret");
        for (var i = 0; i < 1000; i++)
        {
            _verified.Add($"tag {i}", "secret");
            _verified.Contains("in use", "secret").Should().BeTrue();
            _verified.Count.Should().BeLessThanOrEqualTo(20);
        }
        _verified.Contains("tag 999", "secret").Should().BeTrue();
        _verified.Contains("tag 0", "secret").Should().BeFalse();
    }

    [Fact]
    public void Another_password_is_not_the_one_that_was_right_and_what_is_removed_is_forgotten()
    {
        _verified.Add("tag", "secret");
        for (var i = 0; i < 10; i++)
            _verified.Add($"other {i}", "secret"); // the tag is among the old ones now

        _verified.Contains("tag", "guess").Should().BeFalse();
        _verified.Add("tag", "new");
        _verified.Contains("tag", "secret").Should().BeFalse();
        _verified.Contains("tag", "new").Should().BeTrue();
        _verified.Remove("tag");
        _verified.Contains("tag", "new").Should().BeFalse();
    }
}
