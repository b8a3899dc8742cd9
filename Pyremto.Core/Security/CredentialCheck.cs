using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Pyremto;

/// <summary>
/// Checks the credential for a tag (S15). A password costs its PBKDF2 once for each instance of a tag; then it is remembered as an
/// HMAC under a key of this process, which costs about a microsecond to compare. Thread-safe.
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
        if (IsRemembered(tag, password))
            return default;
        return new ValueTask(VerifyAsync(tag, password, cancellationToken));
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
        tag.PasswordHash is null || (access.Password is { } password && IsRemembered(tag, password));

    /// <summary>Forgets what was remembered of a tag that is gone.</summary>
    public void Forget(TagRecord tag) => _remembered.TryRemove(tag.Name, out _);

    public void Dispose() => _hashing.Dispose();

    private bool IsRemembered(TagRecord tag, string password) =>
        _remembered.TryGetValue(tag.Name, out var known)
        && known.Instance == tag.Instance
        && CryptographicOperations.FixedTimeEquals(known.Mac, MacOf(password));

    private async Task VerifyAsync(TagRecord tag, string password, CancellationToken cancellationToken)
    {
        await _hashing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (IsRemembered(tag, password)) // by another caller, while this one waited
                return;
            if (!await Task.Run(() => PasswordHash.Verify(password, tag.PasswordHash!), cancellationToken).ConfigureAwait(false))
                throw new WrongPasswordException($"The password for the tag '{tag.Name}' is wrong.");
            _remembered[tag.Name] = new Remembered(tag.Instance, MacOf(password));
        }
        finally
        {
            _hashing.Release();
        }
    }

    private byte[] MacOf(string password) => HMACSHA256.HashData(_processKey, Encoding.UTF8.GetBytes(password));
}
