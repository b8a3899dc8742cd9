using System.Runtime.InteropServices;

namespace Pyremto.Cli.Programs;

/// <summary>
/// Starts programs by <c>posix_spawn</c>, each in a session of its own: no terminal's signals reach it, and one signal reaches all of its
/// children. Thread-safe for different slots.
/// </summary>
internal sealed unsafe class SpawnLauncher : IProgramLauncher
{
    /// <summary>Longer variables no Linux takes, name and end included.</summary>
    private const int MaxVariable = 128 << 10;

    private readonly PinnedBytes _shared = new();
    private readonly SessionSpawn _spawning = new();
    private readonly SlotMemory[] _slots;

    private readonly string _folder;

    /// <param name="environment">What all programs have in their environment.</param>
    /// <param name="folder">A private folder.</param>
    /// <param name="slots">How many slots there are.</param>
    public SpawnLauncher(ProgramEnvironment environment, string folder, int slots)
    {
        _folder = folder;
        foreach (var entry in environment.Entries)
            _shared.Add(entry);
        _slots = new SlotMemory[slots];
        foreach (ref var slot in _slots.AsSpan())
            slot = new SlotMemory();
        ChildSignal.KeepExitCodes();
    }

    public IRunningProgram Start(in ProgramStart start)
    {
        var memory = _slots[start.Slot];
        using var input = StandardInput.Holding(start.Input, _folder);
        var error = Spawn(start, memory, input, withLongVariables: true, out var pid);
        if (error == Libc.TooBig)
            error = Spawn(start, memory, input, withLongVariables: false, out pid);
        return error == 0
            ? new SpawnedProgram(pid, new ChildrenByEnvironment(start.ResultFile))
            : throw StartProblem.Of(error, start.File, start.Name);
    }

    public void Dispose() => _spawning.Dispose();

    private int Spawn(in ProgramStart start, SlotMemory memory, SafeHandle input, bool withLongVariables, out int pid)
    {
        var own = memory.Strings;
        own.Clear();
        own.Add(start.File);
        own.Add(start.Name);
        foreach (var argument in start.Arguments)
            own.Add(argument);
        var arguments = own.Count - 1;
        foreach (var variable in start.Variables)
        {
            if (variable.Name.Length + variable.Utf8Value.Length + 2 <= (withLongVariables ? MaxVariable : 4096))
                own.Add(variable);
        }
        var pointers = memory.Pointers(own.Count + _shared.Count + 2);
        var next = 0;
        for (var i = 1; i <= arguments; i++)
            pointers[next++] = (nint)own[i];
        pointers[next++] = 0;
        var environment = next;
        for (var i = arguments + 1; i < own.Count; i++)
            pointers[next++] = (nint)own[i];
        for (var i = 0; i < _shared.Count; i++)
            pointers[next++] = (nint)_shared[i];
        pointers[next] = 0;
        fixed (nint* first = pointers)
        {
            return _spawning.Spawn(
                out pid, own[0], (byte**)first, (byte**)(first + environment), input, start.Output, start.Error);
        }
    }

    /// <summary>What a slot uses again for each start.</summary>
    private sealed class SlotMemory
    {
        private nint[] _pointers = [];

        public PinnedBytes Strings { get; } = new();

        public nint[] Pointers(int count)
        {
            if (_pointers.Length < count)
                _pointers = new nint[count * 2];
            return _pointers;
        }
    }
}
