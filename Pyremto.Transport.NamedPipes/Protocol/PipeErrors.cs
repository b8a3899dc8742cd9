namespace Pyremto;

/// <summary>Errors that the pipe itself has to tell.</summary>
internal static class PipeErrors
{
    public static ErrorBody UnknownVerb { get; } = new(
        ErrorCodes.InvalidRequest, "The coordinator does not know this call: use the same release of Pyremto on both sides.");

    public static ErrorBody TooManyCalls(int limit) => new(
        ErrorCodes.InvalidRequest, $"More than {limit} calls that wait or stream, or {limit} others, at a time on one connection: wait for answers, or use another one.");

    public static ErrorBody TooManyConnections(int limit) => new(
        ErrorCodes.CoordinatorUnreachable, $"The coordinator serves {limit} connections already; try again later, or raise MaxConnections.");

    public static ErrorBody OtherVersion(int theirs) => new(
        ErrorCodes.InvalidRequest,
        $"The coordinator speaks version {PipeProtocol.Version} of the pipe protocol, the client version {theirs}: use the same release of "
        + "Pyremto on both sides.");

    public static ErrorBody Foreign { get; } = new(
        ErrorCodes.InvalidRequest, "This pipe belongs to a Pyremto coordinator, and what was sent does not come from one of its clients.");

    public static ErrorBody Unforeseen(string id) => new(
        ErrorCodes.InternalError, $"Something unforeseen happened at the coordinator; its log tells more under '{id}'.");
}
