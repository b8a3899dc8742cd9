namespace Pyremto;

/// <summary>
/// The base of every error that a caller of Pyremto may want to handle. <see cref="Exception.Message"/> is written for the person
/// who reads it and may leave the process; <see cref="Code"/> is for programs and never changes its meaning.
/// </summary>
public abstract class PyremtoException : Exception
{
    private protected PyremtoException(string code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>One of <see cref="ErrorCodes"/>, the same over every transport.</summary>
    public string Code { get; }

    /// <summary>
    /// Makes the exception that belongs to a <paramref name="code"/>, so that a transport's client raises at this side the type
    /// that was thrown at the other. An unknown code gives an <see cref="InternalErrorException"/>.
    /// </summary>
    /// <param name="code">One of <see cref="ErrorCodes"/>.</param>
    /// <param name="message">The message as it came.</param>
    /// <param name="retryAfter">For <see cref="ErrorCodes.Banned"/>: how long to stay away.</param>
    public static PyremtoException FromCode(string code, string message, TimeSpan? retryAfter = null) => code switch
    {
        ErrorCodes.TagUnknown => new TagUnknownException(message),
        ErrorCodes.TagTaken => new TagTakenException(message),
        ErrorCodes.WrongPassword => new WrongPasswordException(message),
        ErrorCodes.JobsAlreadySetUp => new JobsAlreadySetUpException(message),
        ErrorCodes.TooLarge => new TooLargeException(message),
        ErrorCodes.InvalidJob => new InvalidJobException(message),
        ErrorCodes.InvalidRequest => new InvalidRequestException(message),
        ErrorCodes.NotHeld => new NotHeldException(message),
        ErrorCodes.Banned => new BannedException(message, retryAfter ?? TimeSpan.Zero),
        ErrorCodes.CoordinatorUnreachable => new CoordinatorUnreachableException(message),
        ErrorCodes.StoreUnavailable => new StoreUnavailableException(message),
        _ => new InternalErrorException(message),
    };
}
