namespace Pyremto;

/// <summary>A request that HTTP refuses by a status of its own; its code is <see cref="ErrorCodes.InvalidRequest"/>.</summary>
internal sealed class HttpRefusal(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}
