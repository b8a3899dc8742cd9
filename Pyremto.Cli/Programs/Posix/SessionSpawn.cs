using System.Runtime.InteropServices;

namespace Pyremto.Cli.Programs;

/// <summary>
/// Calls <c>posix_spawn</c> for a process in a session of its own, whose signals do what they do by default. Thread-safe.
/// </summary>
internal sealed unsafe class SessionSpawn : IDisposable
{
    private const short SetSignalDefaults = 0x04;
    private const short SetSignalMask = 0x08;
    private const short SetSession = 0x80;

    private readonly void* _attributes = NativeMemory.AllocZeroed(Libc.StructSize);

    public SessionSpawn()
    {
        // .NET ignores SIGPIPE, and what a program ignores its children ignore too.
        var signals = stackalloc byte[Libc.StructSize];
        _ = Libc.SpawnAttributesInit(_attributes);
        _ = Libc.SpawnAttributesSetFlags(_attributes, SetSignalDefaults | SetSignalMask | SetSession);
        _ = Libc.FillSignals(signals);
        _ = Libc.SpawnAttributesSetSignalDefaults(_attributes, signals);
        _ = Libc.EmptySignals(signals);
        _ = Libc.SpawnAttributesSetSignalMask(_attributes, signals);
    }

    /// <returns>0, or the error's number.</returns>
    public int Spawn(
        out int pid, byte* path, byte** arguments, byte** environment, SafeHandle input, SafeHandle output, SafeHandle error)
    {
        var actions = stackalloc byte[Libc.StructSize];
        _ = Libc.SpawnActionsInit(actions);
        _ = Libc.SpawnActionsAddDuplicate(actions, (int)input.DangerousGetHandle(), 0);
        _ = Libc.SpawnActionsAddDuplicate(actions, (int)output.DangerousGetHandle(), 1);
        _ = Libc.SpawnActionsAddDuplicate(actions, (int)error.DangerousGetHandle(), 2);
        var problem = Libc.Spawn(out pid, path, actions, _attributes, arguments, environment);
        _ = Libc.SpawnActionsDestroy(actions);
        return problem;
    }

    public void Dispose() => NativeMemory.Free(_attributes);
}
