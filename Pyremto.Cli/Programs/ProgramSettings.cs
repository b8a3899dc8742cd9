namespace Pyremto.Cli.Programs;

/// <summary>How a program is run on jobs. Immutable; one for all slots of a worker.</summary>
internal sealed record ProgramSettings
{
    /// <summary>The program and its arguments.</summary>
    public required ProgramLine Line { get; init; }

    /// <summary>How many jobs run at the same time: the slots, each with a number from 0.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>Whether the result is <c>{"stdout": …}</c>, where the program writes none to <c>PYREMTO_RESULT</c>.</summary>
    public bool Raw { get; init; }

    /// <summary>How long a program may run before it is stopped and its attempt has failed; null is as long as it takes.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How long a program that was told to stop (SIGTERM) may go on before it is killed (SIGKILL).</summary>
    /// <value>The default is 10 seconds; zero kills at once.</value>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where the output of all attempts is written, readable while they run; null keeps that of failed ones alone.</summary>
    public string? LogsFolder { get; init; }

    /// <summary>Where the output of failed attempts is kept while there is no <see cref="LogsFolder"/>; null keeps none. Made when
    /// needed.</summary>
    public string? FailedFolder { get; init; }

    /// <summary>How much is kept in <see cref="FailedFolder"/>.</summary>
    public FailedOutputLimits FailedLimits { get; init; } = new();

    /// <summary>Where the folder for the programs' files is made: where no cleaner of temporary files goes.</summary>
    public string FilesFolder { get; init; } = Path.GetTempPath();

    /// <summary>What <c>CUDA_VISIBLE_DEVICES</c> is, by slot, modulo their number; none leaves it as it is.</summary>
    public IReadOnlyList<string> Gpus { get; init; } = [];

    /// <summary>The largest result in bytes; the coordinator's own limit is 1 MiB unless set otherwise (S16).</summary>
    public int MaxResultBytes { get; init; } = 1 << 20;

    /// <summary>Whether programs are started as on systems other than Linux.</summary>
    public bool Portable { get; init; }

    /// <summary>Set for every program beside what this process was given; null as a value takes a variable away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);
}
