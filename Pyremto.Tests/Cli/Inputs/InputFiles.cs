using System.Text;
using Pyremto.Cli.Inputs;
using Pyremto.Cli.Terminal;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Cli.Inputs;

/// <summary>Writes inputs and reads them as the command does.</summary>
internal static class InputFiles
{
    /// <summary>The descriptions of an input, each as the text that came.</summary>
    public static async Task<string[]> ReadAsync(string name, byte[] content, InputFormat? format = null)
    {
        using var directory = new TempDirectory();
        var path = directory.File(name);
        await File.WriteAllBytesAsync(path, content);
        var jobs = await new FileInput(path, format).ReadAsync(CancellationToken.None);
        return [.. jobs.Select(job => Encoding.UTF8.GetString(job.Original.Span))];
    }

    public static Task<string[]> ReadAsync(string name, string content, InputFormat? format = null) =>
        ReadAsync(name, Encoding.UTF8.GetBytes(content), format);

    /// <summary>The line with which an input is refused, without the folder of its file.</summary>
    public static async Task<string> RefusalAsync(string name, byte[] content, InputFormat? format = null)
    {
        var refused = await ((Func<Task>)(() => ReadAsync(name, content, format))).Should().ThrowAsync<CommandException>();
        refused.Which.ExitCode.Should().Be(ExitCode.WrongUse);
        var line = refused.Which.Message;
        return line[(line.IndexOf($"{Path.DirectorySeparatorChar}{name}:", StringComparison.Ordinal) + 1)..];
    }

    public static Task<string> RefusalAsync(string name, string content, InputFormat? format = null) =>
        RefusalAsync(name, Encoding.UTF8.GetBytes(content), format);
}
