using System.Globalization;

namespace Pyremto;

/// <summary>No tag of that name exists (or the one that did was deleted, S19).</summary>
public sealed class TagUnknownException(string message) : PyremtoException(ErrorCodes.TagUnknown, message);

/// <summary>A tag of that name exists already.</summary>
public sealed class TagTakenException(string message) : PyremtoException(ErrorCodes.TagTaken, message);

/// <summary>The tag has a password and the credential that came is missing, wrong, expired, or does not allow this call.</summary>
public sealed class WrongPasswordException(string message) : PyremtoException(ErrorCodes.WrongPassword, message);

/// <summary>The tag has its jobs already; they are set up once. Nothing was changed.</summary>
public sealed class JobsAlreadySetUpException(string message) : PyremtoException(ErrorCodes.JobsAlreadySetUp, message);

/// <summary>Something is over a limit; the message says which limit, how much was sent and what is allowed.</summary>
public sealed class TooLargeException(string message) : PyremtoException(ErrorCodes.TooLarge, message)
{
    /// <summary>Says which limit was exceeded, by what, in the words that every limit uses.</summary>
    /// <param name="limit">What is limited, with its unit: "descriptions of a tag (bytes)".</param>
    /// <param name="sent">How much was sent.</param>
    /// <param name="allowed">How much is allowed.</param>
    public TooLargeException(string limit, long sent, long allowed)
        : this(string.Create(CultureInfo.InvariantCulture, $"Too large: {limit}: {sent:N0} sent, {allowed:N0} allowed."))
    {
    }
}

/// <summary>A job's description or a result is not what it has to be, for example not a JSON object. Nothing was changed.</summary>
public sealed class InvalidJobException(string message) : PyremtoException(ErrorCodes.InvalidJob, message);

/// <summary>The request itself makes no sense: a tag's name, a number or a combination that is not allowed. Nothing was changed.</summary>
public sealed class InvalidRequestException(string message) : PyremtoException(ErrorCodes.InvalidRequest, message);

/// <summary>A report was refused because its sender does not hold the job.</summary>
public sealed class NotHeldException(string message) : PyremtoException(ErrorCodes.NotHeld, message);

/// <summary>The address sent too many wrong credentials or too much, and is refused for a while.</summary>
public sealed class BannedException(string message, TimeSpan retryAfter) : PyremtoException(ErrorCodes.Banned, message)
{
    /// <summary>How long to stay away.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}

/// <summary>No coordinator answers at the address. Whether the call took effect is unknown: repeat it with the same request id.</summary>
public sealed class CoordinatorUnreachableException(string message, Exception? innerException = null)
    : PyremtoException(ErrorCodes.CoordinatorUnreachable, message, innerException);

/// <summary>
/// The store could not keep the change, or cannot be opened. Whether the change took effect is unknown:
/// repeat the call with the same request id.
/// </summary>
public sealed class StoreUnavailableException(string message, Exception? innerException = null)
    : PyremtoException(ErrorCodes.StoreUnavailable, message, innerException);

/// <summary>Something unforeseen happened at the coordinator; the message holds the id under which its log tells more.</summary>
public sealed class InternalErrorException(string message) : PyremtoException(ErrorCodes.InternalError, message);
