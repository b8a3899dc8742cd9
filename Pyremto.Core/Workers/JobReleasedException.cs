namespace Pyremto;

/// <summary>
/// Thrown by a handler to give its job back (S9): something of this machine, not of the job, keeps it from running now. The attempt is not
/// spent, and the failure is not counted against the worker. The job can be handed out again at once, to this worker too: wait before
/// throwing.
/// </summary>
/// <param name="message">Why, for observers; the coordinator keeps nothing of it.</param>
/// <param name="innerException">What it comes from.</param>
public sealed class JobReleasedException(string message, Exception? innerException = null) : Exception(message, innerException);
