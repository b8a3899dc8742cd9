namespace Pyremto;

/// <summary>A stream was cut off because its connection broke; who reads it goes on with another where it stopped.</summary>
internal sealed class ConnectionLostException() : Exception("The connection to the coordinator broke.");
