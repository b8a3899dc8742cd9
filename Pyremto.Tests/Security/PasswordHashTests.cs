using Pyremto.Tests.Support;

namespace Pyremto.Tests.Security;

public sealed class PasswordHashTests
{
    private const string Password = "correct horse ÷ battery";
    private const string Kept = "pbkdf2-sha256$600000$AAECAwQFBgcICQoLDA0ODw==$3K2BSNzWwLHrglxsY+EmUrVKh0ie/F5Rrrwn6xmfAVY=";

    [Fact]
    public void A_hash_that_was_kept_with_another_cost_stays_valid()
    {
        PasswordHash.Verify(Password, Kept).Should().BeTrue();
        PasswordHash.Verify(Password + " ", Kept).Should().BeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_hash_knows_its_password_and_each_has_its_own_salt(bool isRandom)
    {
        var random = new SeededRandom(1);
        string Create() => isRandom ? PasswordHash.CreateOfRandom(Password, random) : PasswordHash.Create(Password, random, iterations: 10);
        var (one, other) = (Create(), Create());

        one.Should().NotBe(other).And.NotContain(Password);
        PasswordHash.IsFast(one).Should().Be(isRandom);
        foreach (var wrong in new[] { "", Password + " ", Password + "\0", Password[..^1] })
            PasswordHash.Verify(wrong, one).Should().BeFalse();
        PasswordHash.Verify(Password, one).Should().BeTrue();
        PasswordHash.Verify(Password, other).Should().BeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("bcrypt$10$AAECAwQFBgcICQoLDA0ODw==$AAECAwQFBgcICQoLDA0ODw==")]
    public void A_hash_of_another_scheme_has_no_password(string hash) => PasswordHash.Verify(Password, hash).Should().BeFalse();
}
