using System.Net;
using System.Runtime.ExceptionServices;

namespace Pyremto;

/// <summary>
/// Stands before the scheduler's own check of passwords, which costs tens of milliseconds of a core for one that it does not know. A
/// password that was right before from the same address passes at once, banned or not. Any other is refused while its address is banned,
/// and waits for its turn, so that thousands of guesses starve nobody (S15, S16). The operator's key likewise. Thread-safe.
/// </summary>
internal sealed class CredentialGate
{
    private const int MostInLine = 64;
    private const string Operator = "/"; // which no tag is named
    private static readonly int AtOnce = Math.Max(1, Environment.ProcessorCount / 2); // the rest of the machine goes on working
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly IJobScheduler _scheduler;
    private readonly AddressBans _bans;
    private readonly VerifiedPasswords _verified;
    private readonly AddressTurns _turns = new(AtOnce, MostInLine);

    public CredentialGate(IJobScheduler scheduler, AddressBans bans, IRandomSource random)
    {
        _scheduler = scheduler;
        _bans = bans;
        _verified = new VerifiedPasswords(random);
    }

    /// <summary>Whether this password was right before. A tag that was deleted since makes it wrong without harm: the scheduler asks
    /// again, and <see cref="Refused"/> is told.</summary>
    public bool IsVerified(IPAddress? address, TagAccess access) =>
        access.Password is not null && HasShown(AddressNets.Key(address), access);

    /// <summary>Lets a request on to the scheduler, whose word on the credential is the last. Costs nothing without a password. A caller
    /// that hangs up meanwhile may have sent a report, which counts (S5).</summary>
    /// <exception cref="BannedException">The address is banned, and the password was not verified before.</exception>
    /// <exception cref="WrongPasswordException">The password is wrong.</exception>
    /// <exception cref="TagUnknownException">There is no such tag.</exception>
    public ValueTask AdmitAsync(IPAddress? address, TagAccess access)
    {
        if (access.Password is null)
            return default;
        var key = AddressNets.Key(address);
        return HasShown(key, access) ? default : new ValueTask(VerifyAsync(key, access));
    }

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

    /// <summary>Creates a tag. Hashing its password costs what a check costs, so it takes its address's turn; then the address has shown
    /// it.</summary>
    /// <inheritdoc cref="ITagOwner.CreateTagAsync"/>
    /// <exception cref="BannedException">Too many wait already.</exception>
    public async ValueTask<CreatedTag> CreateAsync(IPAddress? address, CreateTag request, CancellationToken cancellationToken)
    {
        if (request.Password is not { } password)
            return await _scheduler.CreateTagAsync(request, cancellationToken).ConfigureAwait(false);
        var key = AddressNets.Key(address);
        using var turn = request.PasswordIsRandom ? null : await TakeTurnAsync(key, cancellationToken).ConfigureAwait(false);
        var created = await _scheduler.CreateTagAsync(request, cancellationToken).ConfigureAwait(false);
        _verified.Add(key, created.Tag, password);
        return created;
    }

    /// <summary>The scheduler refused credentials of one request. Where they had passed as passwords that were right before, their tags were
    /// deleted, and there are others of these names: then they are forgotten, and count as one guess.</summary>
    public void Refused(IPAddress? address, params IEnumerable<TagAccess> tags)
    {
        var key = AddressNets.Key(address);
        var isGuess = false;
        foreach (var access in tags.Where(access => IsVerified(address, access)))
        {
            _verified.Remove(key, access.Tag);
            isGuess = true;
        }
        if (isGuess)
            _bans.Offend(key);
    }

    /// <summary>Lets the operator pass.</summary>
    /// <param name="address">Where the request comes from.</param>
    /// <param name="key">The operator's key.</param>
    /// <param name="shown">The key that came.</param>
    /// <exception cref="BannedException">The address is banned, and has not shown the key before.</exception>
    /// <exception cref="WrongPasswordException">The key is wrong.</exception>
    public void AdmitOperator(IPAddress? address, OperatorKey key, string shown)
    {
        var from = AddressNets.Key(address);
        if (_verified.Contains(from, Operator, shown))
            return;
        _bans.Refuse(from);
        if (!key.IsRight(shown))
        {
            _bans.Offend(from);
            throw new WrongPasswordException("The operator's key is wrong.");
        }
        _verified.Add(from, Operator, shown);
    }

    private async ValueTask<IDisposable> TakeTurnAsync(IPAddress key, CancellationToken cancellationToken) =>
        await _turns.TakeAsync(AddressNets.Widest(key), _bans.CountOf(key), cancellationToken).ConfigureAwait(false)
        ?? throw new BannedException("Too many passwords wait to be checked: try again later.", Soon);

    private bool HasShown(IPAddress key, TagAccess access) => _verified.Contains(key, access.Tag, access.Password!);

    private async Task VerifyAsync(IPAddress key, TagAccess access)
    {
        _bans.Refuse(key);
        using var turn = await TakeTurnAsync(key, CancellationToken.None).ConfigureAwait(false);
        if (HasShown(key, access)) // by another request, while this one waited
            return;
        _bans.Refuse(key);
        try
        {
            await AskAsync(access).ConfigureAwait(false);
            _verified.Add(key, access.Tag, access.Password!);
        }
        catch (WrongPasswordException)
        {
            _bans.Offend(key);
            throw;
        }
    }

    /// <summary>The cheapest thing that only the owner may do, and that changes nothing.</summary>
    private async ValueTask AskAsync(TagAccess access) =>
        await _scheduler.IssueViewTokenAsync(access, Soon, CancellationToken.None).ConfigureAwait(false);
}
