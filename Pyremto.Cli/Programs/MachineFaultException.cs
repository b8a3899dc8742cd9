namespace Pyremto.Cli.Programs;

/// <summary>Something of this machine, not of the job, keeps programs from running: no room on its disk, no folder for their files, no
/// descriptors.</summary>
internal sealed class MachineFaultException(string message, Exception? innerException = null) : Exception(message, innerException);
