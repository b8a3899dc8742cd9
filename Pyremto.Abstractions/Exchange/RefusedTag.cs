namespace Pyremto;

/// <summary>A tag of a request over several that was not served, since its credential is refused or there is no such tag. The others
/// were.</summary>
/// <param name="Tag">The tag's name.</param>
/// <param name="Code">
/// One of <see cref="ErrorCodes"/>: <c>wrong_password</c>, <c>tag_unknown</c>, or over HTTP <c>banned</c>, where the address is refused
/// for a while.
/// </param>
/// <param name="Message">Why, for a person to read.</param>
public sealed record RefusedTag(string Tag, string Code, string Message)
{
    /// <summary>Whether an error refuses one tag alone, and not the whole request.</summary>
    public static bool IsMeantBy(PyremtoException error) => error is WrongPasswordException or TagUnknownException or BannedException;
}
