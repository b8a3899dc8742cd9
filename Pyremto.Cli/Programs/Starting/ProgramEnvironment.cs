using System.Collections;
using System.Text;

namespace Pyremto.Cli.Programs;

/// <summary>
/// What all programs of a worker have in their environment: that of this process without our secrets, and what the settings add.
/// </summary>
internal sealed class ProgramEnvironment
{
    /// <summary>The file that a program may write its result to: another one for each run, so it also tells whose child a process is.</summary>
    public const string ResultName = "PYREMTO_RESULT";

    private static readonly string[] OfTheJob =
    [
        "PYREMTO_JOB", "PYREMTO_JOB_ID", "PYREMTO_ATTEMPT", "PYREMTO_TAG", "PYREMTO_REPETITION", "PYREMTO_SLOT", ResultName,
    ];

    private static readonly string[] SecretParts = ["PASSWORD", "KEY", "TOKEN", "SECRET"];

    private ProgramEnvironment(IReadOnlyList<byte[]> entries) => Entries = entries;

    /// <summary>The entries, <c>NAME=value</c> each, in the bytes that they came in.</summary>
    public IReadOnlyList<byte[]> Entries { get; }

    /// <param name="settings">What the programs are to have.</param>
    public static ProgramEnvironment For(ProgramSettings settings)
    {
        var own = new HashSet<string>(OfTheJob, StringComparer.Ordinal);
        own.UnionWith(settings.Environment.Keys);
        if (settings.Gpus.Count > 0)
            own.Add("CUDA_VISIBLE_DEVICES");
        var entries = Inherited().Where(entry => NameOf(entry) is var name && !own.Contains(name) && !IsSecret(name)).ToList();
        foreach (var (name, value) in settings.Environment)
        {
            if (value is not null)
                entries.Add(Encoding.UTF8.GetBytes($"{name}={value}"));
        }
        return new ProgramEnvironment(entries);
    }

    /// <summary>Whether a variable is one of ours that no program is to see: passwords and keys of coordinators.</summary>
    public static bool IsSecret(string name) =>
        name.StartsWith("PYREMTO", StringComparison.OrdinalIgnoreCase)
        && SecretParts.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));

    /// <summary>The bytes as this process got them where they are to be had, since values need not be UTF-8.</summary>
    private static IEnumerable<byte[]> Inherited()
    {
        if (OperatingSystem.IsLinux() && TryReadOwn() is { } bytes)
            return Split(bytes);
        return Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(variable => Encoding.UTF8.GetBytes($"{variable.Key}={variable.Value}"));
    }

    private static byte[]? TryReadOwn()
    {
        try
        {
            return File.ReadAllBytes("/proc/self/environ");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static IEnumerable<byte[]> Split(byte[] bytes)
    {
        for (var start = 0; start < bytes.Length;)
        {
            var length = Array.IndexOf(bytes, (byte)0, start) is var end && end < 0 ? bytes.Length - start : end - start;
            if (length > 0 && Array.IndexOf(bytes, (byte)'=', start, length) > start)
                yield return bytes[start..(start + length)];
            start += length + 1;
        }
    }

    private static string NameOf(byte[] entry) => Encoding.Latin1.GetString(entry, 0, Array.IndexOf(entry, (byte)'='));
}
