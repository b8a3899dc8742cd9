namespace Pyremto;

/// <summary>A request that HTTP refuses by a status of its own.</summary>
internal sealed class HttpRefusal(int status, string message, string code = ErrorCodes.InvalidRequest) : Exception(message)
{
    public int Status { get; } = status;

    /// <summary>One of <see cref="ErrorCodes"/>.</summary>
    public string Code { get; } = code;
}
