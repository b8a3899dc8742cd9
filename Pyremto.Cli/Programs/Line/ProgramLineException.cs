namespace Pyremto.Cli.Programs;

/// <summary>The program cannot be run as it was asked for; the message is one line that says what to do.</summary>
internal sealed class ProgramLineException(string message) : Exception(message);
