namespace Pyremto;

/// <summary>The stable codes of <see cref="PyremtoException.Code"/>; both transports and every client rely on them.</summary>
public static class ErrorCodes
{
    /// <summary>See <see cref="TagUnknownException"/>.</summary>
    public const string TagUnknown = "tag_unknown";

    /// <summary>See <see cref="TagTakenException"/>.</summary>
    public const string TagTaken = "tag_taken";

    /// <summary>See <see cref="WrongPasswordException"/>.</summary>
    public const string WrongPassword = "wrong_password";

    /// <summary>See <see cref="JobsAlreadySetUpException"/>.</summary>
    public const string JobsAlreadySetUp = "jobs_already_set_up";

    /// <summary>See <see cref="TooLargeException"/>.</summary>
    public const string TooLarge = "too_large";

    /// <summary>See <see cref="InvalidJobException"/>.</summary>
    public const string InvalidJob = "invalid_job";

    /// <summary>See <see cref="InvalidRequestException"/>.</summary>
    public const string InvalidRequest = "invalid_request";

    /// <summary>See <see cref="NotHeldException"/>.</summary>
    public const string NotHeld = "not_held";

    /// <summary>See <see cref="BannedException"/>.</summary>
    public const string Banned = "banned";

    /// <summary>See <see cref="CoordinatorUnreachableException"/>.</summary>
    public const string CoordinatorUnreachable = "coordinator_unreachable";

    /// <summary>See <see cref="StoreUnavailableException"/>.</summary>
    public const string StoreUnavailable = "store_unavailable";

    /// <summary>See <see cref="InternalErrorException"/>.</summary>
    public const string InternalError = "internal_error";
}
