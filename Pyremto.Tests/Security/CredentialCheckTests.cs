using Pyremto.Tests.Support;

namespace Pyremto.Tests.Security;

/// <summary>What is remembered of passwords (S15). A hash of so many rounds would not be done while these tests run.</summary>
public sealed class CredentialCheckTests : IDisposable
{
    private const string Endless = "pbkdf2-sha256$2147483647$AAECAwQFBgcICQoLDA0ODw==$3K2BSNzWwLHrglxsY+EmUrVKh0ie/F5Rrrwn6xmfAVY=";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly CredentialCheck _check = new(new SeededRandom(1), TimeProvider.System);
    private readonly TagRecord _tag = Make.Record("tag", new SeededRandom(3).NextGuid(), DateTimeOffset.UnixEpoch, passwordHash: Endless);

    public void Dispose() => _check.Dispose();

    [Fact]
    public async Task S15_neither_the_password_of_a_new_tag_nor_a_guess_at_it_is_hashed_again()
    {
        _check.Remember(_tag, "right");

        await RequireAsync(_tag, "right");
        for (var i = 0; i < 100; i++)
        {
            var guess = () => RequireAsync(_tag, $"guess {i}");
            await guess.Should().ThrowAsync<WrongPasswordException>();
        }
        _check.IsKnownOwner(_tag, new TagAccess("tag", "right")).Should().BeTrue();
        _check.IsKnownOwner(_tag, new TagAccess("tag", "guess")).Should().BeFalse();
        _check.IsKnownOwner(_tag, new TagAccess("tag")).Should().BeFalse();
    }

    [Fact]
    public async Task S15_what_is_remembered_is_worth_nothing_for_another_instance()
    {
        _check.Remember(_tag, "right");
        var random = new SeededRandom(2);
        var anew = Make.Record("tag", random.NextGuid(), DateTimeOffset.UnixEpoch, passwordHash: PasswordHash.Create("new", random, iterations: 10));

        _check.IsKnownOwner(anew, new TagAccess("tag", "right")).Should().BeFalse();
        var old = () => RequireAsync(anew, "right");
        await old.Should().ThrowAsync<WrongPasswordException>();
        await RequireAsync(anew, "new");
    }

    private Task RequireAsync(TagRecord tag, string password) =>
        _check.RequireOwnerAsync(tag, new TagAccess(tag.Name, password), CancellationToken.None).AsTask().WaitAsync(Patience);
}
