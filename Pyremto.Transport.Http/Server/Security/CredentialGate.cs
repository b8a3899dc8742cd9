using System.Net;
using System.Runtime.ExceptionServices;

namespace Pyremto;

/// <summary>
/// Stands before the scheduler's own check of passwords, which costs a tenth of a second of a core for one that it does not know. A
/// password that was right before passes at once, banned address or not. Any other is refused while its address is banned, and waits for
/// its turn: one at a time for an address, so that thousands of guesses starve nobody (S15, S16). Thread-safe.
/// </summary>
internal sealed class CredentialGate
{
    private const int MostInLine = 1000;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly IJobScheduler _scheduler;
    private readonly AddressBans _bans;
    private readonly VerifiedPasswords _verified;
    private readonly AddressTurns _turns = new(MostInLine);

    public CredentialGate(IJobScheduler scheduler, AddressBans bans, IRandomSource random)
    {
        _scheduler = scheduler;
        _bans = bans;
        _verified = new VerifiedPasswords(random);
    }

    /// <summary>Whether this password was right before. A tag that was deleted since makes it wrong without harm: the scheduler asks
    /// again.</summary>
    public bool IsVerified(TagAccess access) =>
        access.Password is { } password && _verified.Contains(access.Tag, password);

    /// <summary>Lets a request on to the scheduler, whose word on the credential is the last. Costs nothing without a password. A caller
    /// that hangs up meanwhile may have sent a report, which counts (S5).</summary>
    /// <exception cref="BannedException">The address is banned, and the password was not verified before.</exception>
    /// <exception cref="WrongPasswordException">The password is wrong.</exception>
    /// <exception cref="TagUnknownException">There is no such tag.</exception>
    public ValueTask AdmitAsync(IPAddress? address, TagAccess access) =>
        access.Password is null || IsVerified(access) ? default : new ValueTask(VerifyAsync(AddressBans.Key(address), access));

    /// <summary>The same, but asks the scheduler also where no password came: whether the tag needs none.</summary>
    /// <inheritdoc cref="AdmitAsync"/>
    public async ValueTask AdmitOwnerAsync(IPAddress? address, TagAccess access)
    {
        if (access.Password is null)
            await AskAsync(access).ConfigureAwait(false);
        else
            await AdmitAsync(address, access).ConfigureAwait(false);
    }

    /// <summary>Those of several tags whose owner's credential came, and those that do not exist and may come to be.</summary>
    /// <exception cref="PyremtoException">There is none left.</exception>
    public async ValueTask<IReadOnlyList<TagAccess>> AdmitSomeAsync(IPAddress? address, IReadOnlyList<TagAccess> tags)
    {
        if (tags.Count is 0 or > TagDefaults.MostTagsInARequest || tags.Any(access => access?.Tag is null))
            throw new InvalidRequestException($"tags names 1 to {TagDefaults.MostTagsInARequest} tags, each with its credential.");
        var admitted = new List<TagAccess>(tags.Count);
        PyremtoException? first = null;
        foreach (var access in tags)
        {
            try
            {
                await AdmitOwnerAsync(address, access).ConfigureAwait(false);
            }
            catch (PyremtoException error) when (error is WrongPasswordException or BannedException)
            {
                first = first is null || error is BannedException ? error : first; // a ban passes, and hides what else would be said
                continue;
            }
            catch (TagUnknownException)
            {
                // Nobody has anything of it yet.
            }
            admitted.Add(access);
        }
        if (admitted.Count == 0)
            ExceptionDispatchInfo.Throw(first!);
        return admitted;
    }

    /// <summary>Takes the turn of an address for something that costs as much as a check: hashing a new tag's password.</summary>
    /// <exception cref="BannedException">Too many of this address wait already.</exception>
    public async ValueTask<IDisposable> TakeTurnAsync(IPAddress key, CancellationToken cancellationToken) =>
        await _turns.TakeAsync(key, cancellationToken).ConfigureAwait(false)
        ?? throw new BannedException("Too many passwords of this address wait to be checked: try again later.", Soon);

    /// <summary>Forgets a password that the scheduler refused after all: its tag was deleted, and there is another of its name.</summary>
    public void Forget(TagAccess access)
    {
        if (access.Password is not null)
            _verified.Remove(access.Tag);
    }

    private async Task VerifyAsync(IPAddress key, TagAccess access)
    {
        _bans.Refuse(key);
        using var turn = await TakeTurnAsync(key, CancellationToken.None).ConfigureAwait(false);
        if (IsVerified(access)) // by another request, while this one waited
            return;
        _bans.Refuse(key);
        try
        {
            await AskAsync(access).ConfigureAwait(false);
            _verified.Add(access.Tag, access.Password!);
        }
        catch (WrongPasswordException)
        {
            _bans.Offend(key);
            throw;
        }
    }

    /// <summary>The cheapest thing that only the owner may do, and that changes nothing.</summary>
    private async ValueTask AskAsync(TagAccess access) =>
        await _scheduler.IssueViewTokenAsync(access with { ViewToken = null }, Soon, CancellationToken.None).ConfigureAwait(false);
}
