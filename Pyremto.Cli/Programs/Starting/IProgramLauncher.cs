namespace Pyremto.Cli.Programs;

/// <summary>Starts programs by the means that an operating system has.</summary>
internal interface IProgramLauncher : IDisposable
{
    /// <summary>Starts a program. Called from the thread of one slot at a time for each <see cref="ProgramStart.Slot"/>.</summary>
    /// <exception cref="ProgramStartException">It cannot be started; the message says why and what to do.</exception>
    /// <exception cref="MachineFaultException">The machine lacks what any program needs.</exception>
    IRunningProgram Start(in ProgramStart start);
}

/// <summary>A program that was started, and all that it started in turn.</summary>
internal interface IRunningProgram
{
    /// <summary>The id of the process, which is that of its group.</summary>
    int Id { get; }

    /// <summary>Asks the program and its children to stop. May be called at any time from any thread, even after the end.</summary>
    void Terminate();

    /// <summary>Ends the program and its children by force. May be called at any time from any thread, even after the end.</summary>
    void Kill();

    /// <summary>Waits, on the calling thread, until the program itself has ended, even if children of it still run.</summary>
    ProgramExit WaitForExit();

    /// <summary>
    /// For a program that was told to stop and has ended: waits, on the calling thread, until all of its children have too, or
    /// <see cref="Kill"/> was called and has ended them.
    /// </summary>
    void WaitForStopped();

    /// <summary>For a program that has ended by itself: ends the children that it left, within seconds, on the calling thread.</summary>
    /// <returns>Whether there were none.</returns>
    bool EndRest();
}

/// <summary>How a program ended.</summary>
/// <param name="Code">Its exit code; 128 + the signal's number where a signal killed it.</param>
/// <param name="Signal">The signal that killed it, else 0.</param>
internal readonly record struct ProgramExit(int Code, int Signal);

/// <summary>A program could not be started; the message is for the person who reads the job's error.</summary>
/// <param name="message">Why, and what to do.</param>
/// <param name="exitCode">What a shell would give.</param>
/// <param name="isOfTheJob">Whether it is this job that cannot be started, whatever the machine.</param>
internal sealed class ProgramStartException(string message, int exitCode, bool isOfTheJob = false) : Exception(message)
{
    /// <summary>Whether the program could be started on another job.</summary>
    public bool IsOfTheJob { get; } = isOfTheJob;

    /// <summary>What a shell would give: 127 for what is not there, 126 for what cannot be run.</summary>
    public int ExitCode { get; } = exitCode;
}
