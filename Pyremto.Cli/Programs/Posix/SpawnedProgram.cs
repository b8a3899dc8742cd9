using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Pyremto.Cli.Programs;

/// <summary>A program that <see cref="SpawnLauncher"/> started: the process, and the group of the same number.</summary>
/// <param name="pid">The number of both.</param>
/// <param name="strays">Finds children that have left the group.</param>
internal sealed unsafe class SpawnedProgram(int pid, ChildrenByEnvironment strays) : IRunningProgram
{
    private const int ByPid = 1;
    private const int Exited = 4;
    private const int LeaveIt = 0x01000000;

    /// <summary>How long children of a program that has ended may go on after they were told to stop.</summary>
    private static readonly TimeSpan RestTime = TimeSpan.FromSeconds(1);

    /// <summary>How long those that were killed are waited for; a process that hangs in the kernel may never go.</summary>
    private static readonly TimeSpan KilledTime = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);

    private readonly object _gate = new();

    /// <summary>Whether nobody is left in the group: from then on its number may be that of others, and is not signalled.</summary>
    private bool _groupGone;

    private bool _killed;

    public int Id => pid;

    public void Terminate()
    {
        lock (_gate)
            TerminateGroup();
    }

    public void Kill()
    {
        lock (_gate)
        {
            Signal(Libc.SigKill);
            _killed = true;
            Monitor.PulseAll(_gate);
        }
    }

    public ProgramExit WaitForExit()
    {
        // Waits without taking the exit code, since taking it gives the number free.
        var information = stackalloc byte[Libc.StructSize];
        while (Libc.WaitId(ByPid, pid, information, Exited | LeaveIt) != 0)
            ThrowUnlessInterrupted();
        lock (_gate)
        {
            int status;
            while (Libc.WaitPid(pid, out status, options: 0) < 0)
                ThrowUnlessInterrupted();
            _groupGone = !GroupExists();
            var signal = status & 0x7f;
            return signal == 0 ? new ProgramExit((status >> 8) & 0xff, Signal: 0) : new ProgramExit(128 + signal, signal);
        }
    }

    public bool EndRest()
    {
        lock (_gate)
        {
            if (_groupGone)
                return true;
            TerminateGroup();
            if (!WaitWhile(GroupExists, RestTime, untilKilled: true))
                KillRest();
            _groupGone = true;
            return false;
        }
    }

    public void WaitForStopped()
    {
        lock (_gate)
        {
            if (!_groupGone && !WaitWhile(GroupExists, TimeSpan.MaxValue, untilKilled: true))
                KillRest();
            _groupGone = true;
            if (strays.Signal(Libc.SigTerm) > 0 && !WaitWhile(() => strays.Signal(0) > 0, TimeSpan.MaxValue, untilKilled: true))
                WaitWhile(() => strays.Signal(Libc.SigKill) > 0, KilledTime, untilKilled: false);
        }
    }

    private void KillRest() => WaitWhile(() => Libc.Kill(-pid, Libc.SigKill) == 0, KilledTime, untilKilled: false);

    /// <summary>Looks ever less often whether somebody is there: there is nothing that would tell.</summary>
    /// <returns>Whether nobody is there any more.</returns>
    private bool WaitWhile(Func<bool> somebodyIsThere, TimeSpan most, bool untilKilled)
    {
        var pause = TimeSpan.FromMilliseconds(1);
        for (var waited = TimeSpan.Zero; somebodyIsThere(); waited += pause)
        {
            if (waited > most || (untilKilled && _killed))
                return false;
            Monitor.Wait(_gate, pause);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
        return true;
    }

    private bool GroupExists() => Libc.Kill(-pid, signal: 0) == 0 || Marshal.GetLastPInvokeError() != Libc.NoProcess;

    private void TerminateGroup()
    {
        Signal(Libc.SigTerm);
        Signal(Libc.SigCont); // who is stopped hears nothing
    }

    private void Signal(int signal)
    {
        if (!_groupGone)
            _ = Libc.Kill(-pid, signal);
    }

    private static void ThrowUnlessInterrupted()
    {
        if (Marshal.GetLastPInvokeError() != Libc.Interrupted)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }
}
