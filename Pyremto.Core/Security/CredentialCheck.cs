using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Pyremto;

/// <summary>
/// Checks the credential for a tag (S15). A password costs its PBKDF2 once for each instance of a tag, at its creation or when it is
/// first right after a start; then it is remembered as an HMAC under a key of this process, and that is compared with the right one and
/// with wrong ones alike, in about a microsecond. Thread-safe.
/// </summary>
internal sealed class CredentialCheck : IDisposable
{
    private readonly ConcurrentDictionary<string, Remembered> _remembered = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _hashing = new(Math.Max(1, Environment.ProcessorCount / 2)); // the rest of the machine goes on working
    private readonly byte[] _processKey = new byte[32];
    private readonly TimeProvider _time;

    public CredentialCheck(IRandomSource random, TimeProvider time)
    {
        random.Fill(_processKey);
        _time = time;
    }

    private sealed record Remembered(Guid Instance, byte[] Mac);

    /// <summary>Lets the owner pass.</summary>
    /// <exception cref="WrongPasswordException">The password is missing or wrong; a view token is not enough.</exception>
    public ValueTask RequireOwnerAsync(TagRecord tag, TagAccess access, CancellationToken cancellationToken)
    {
        if (tag.PasswordHash is null)
            return default;
        if (access.Password is not { } password)
        {
            throw new WrongPasswordException(access.ViewToken is null
                ? $"The tag '{tag.Name}' has a password: give it."
                : $"The view token of the tag '{tag.Name}' reads progress and results only; this needs the password.");
        }
        return Recall(tag, password) switch
        {
            true => default,
            false => throw Wrong(tag),
            null => new ValueTask(VerifyAsync(tag, password, cancellationToken)),
        };
    }

    /// <summary>Lets the owner pass, and whoever has a view token.</summary>
    /// <exception cref="WrongPasswordException">Neither credential is right.</exception>
    public ValueTask RequireReaderAsync(TagRecord tag, TagAccess access, CancellationToken cancellationToken)
    {
        if (tag.PasswordHash is null || access.Password is not null || access.ViewToken is not { } token)
            return RequireOwnerAsync(tag, access, cancellationToken);
        return ViewTokens.IsValid(tag, token, _time.GetUtcNow())
            ? default
            : throw new WrongPasswordException($"The view token of the tag '{tag.Name}' is wrong, expired, or was replaced: ask its owner for another.");
    }

    /// <summary>Whether the owner's credential came with it, as far as that can be told at once: the tag needs none, or it was right before for
    /// this instance. Works for one that was deleted just now.</summary>
    public bool IsKnownOwner(TagRecord tag, TagAccess access) =>
        tag.PasswordHash is null || (access.Password is { } password && Recall(tag, password) == true);

    /// <summary>Remembers the password that a tag was created with.</summary>
    public void Remember(TagRecord tag, string password) => _remembered[tag.Name] = new Remembered(tag.Instance, MacOf(password));

    /// <summary>Forgets what was remembered of a tag that is gone.</summary>
    public void Forget(TagRecord tag) => _remembered.TryRemove(tag.Name, out _);

    public void Dispose() => _hashing.Dispose();

    /// <summary>Whether the password is the tag's; null where the tag's is not remembered.</summary>
    private bool? Recall(TagRecord tag, string password) =>
        _remembered.TryGetValue(tag.Name, out var known) && known.Instance == tag.Instance
            ? CryptographicOperations.FixedTimeEquals(known.Mac, MacOf(password))
            : null;

    private async Task VerifyAsync(TagRecord tag, string password, CancellationToken cancellationToken)
    {
        if (PasswordHash.IsFast(tag.PasswordHash!))
        {
            Settle(tag, password);
            return;
        }
        await _hashing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Recall(tag, password) is not { } isRight) // another caller may have shown it while this one waited
                await Task.Run(() => Settle(tag, password), cancellationToken).ConfigureAwait(false);
            else if (!isRight)
                throw Wrong(tag);
        }
        finally
        {
            _hashing.Release();
        }
    }

    private void Settle(TagRecord tag, string password)
    {
        if (!PasswordHash.Verify(password, tag.PasswordHash!))
            throw Wrong(tag);
        Remember(tag, password);
    }

    private static WrongPasswordException Wrong(TagRecord tag) => new($"The password for the tag '{tag.Name}' is wrong.");

    private byte[] MacOf(string password) => HMACSHA256.HashData(_processKey, Encoding.UTF8.GetBytes(password));
}
