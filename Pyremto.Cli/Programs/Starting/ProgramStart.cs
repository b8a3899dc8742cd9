using Microsoft.Win32.SafeHandles;

namespace Pyremto.Cli.Programs;

/// <summary>One start of a program.</summary>
internal readonly record struct ProgramStart
{
    /// <summary>The number of the slot that it runs in.</summary>
    public required int Slot { get; init; }

    /// <summary>The file, as a full path.</summary>
    public required string File { get; init; }

    /// <summary>The name that the program sees itself called by.</summary>
    public required string Name { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>What is set for this job, beside what all jobs have.</summary>
    public required IReadOnlyList<Variable> Variables { get; init; }

    /// <summary>What the program reads from its standard input.</summary>
    public required ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>The file that takes its standard output.</summary>
    public required SafeFileHandle Output { get; init; }

    /// <summary>The file that takes its standard error.</summary>
    public required SafeFileHandle Error { get; init; }

    /// <summary>The value of <see cref="ProgramEnvironment.ResultName"/>, by which the program's children are known.</summary>
    public required string ResultFile { get; init; }
}

/// <summary>A variable of a program's environment.</summary>
internal readonly record struct Variable(string Name, ReadOnlyMemory<byte> Utf8Value);
