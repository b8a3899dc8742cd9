using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Outputs;

/// <summary>
/// Results in a file. They are written to a temporary file beside it, which then takes its name, so that whoever reads it sees what was
/// there before or all that is new, never a part.
/// </summary>
internal sealed class ResultFile(string path, IResultWriter writer) : IResultTarget
{
    private const int ProbeSize = 64 << 10;

    public string File => path;

    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            var target = Target();
            if (System.IO.File.Exists(target))
                await new FileStream(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete).DisposeAsync();
            var temporary = TemporaryBeside(target);
            // Space is only known to be there once it was taken.
            var probe = new FileStream(temporary, Fresh(FileOptions.Asynchronous | FileOptions.DeleteOnClose));
            await using (probe)
            {
                await probe.WriteAsync(new byte[ProbeSize], cancellationToken);
                await probe.FlushAsync(cancellationToken);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(error);
        }
    }

    public async Task WriteAsync(ResultSource source, CancellationToken cancellationToken)
    {
        try
        {
            var target = Target();
            var temporary = TemporaryBeside(target);
            try
            {
                var file = new FileStream(temporary, Fresh(FileOptions.Asynchronous));
                await using (file)
                    await writer.WriteAsync(source.Results, source.Jobs, file, cancellationToken);
                System.IO.File.Move(temporary, target, overwrite: true);
            }
            catch
            {
                System.IO.File.Delete(temporary);
                throw;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(error);
        }
    }

    private static FileStreamOptions Fresh(FileOptions options) => new()
    {
        Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Delete, Options = options,
    };

    /// <summary>The file itself where the path is a link, so that the link stays one.</summary>
    private string Target()
    {
        var target = RealPath.Of(path);
        if (Directory.Exists(target))
            throw new IOException("It is a folder.");
        PrivateFile.CheckLink(Path.GetFullPath(path));
        return target;
    }

    private static string TemporaryBeside(string target) =>
        Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}");

    private CommandException Unwritable(Exception error)
    {
        var (exitCode, why) = DiskFull.Is(error)
            ? (ExitCode.TryAgain, "The disk is full. Make room, or name")
            : (ExitCode.WrongUse, $"{error.Message} Name");
        return new CommandException(exitCode, $"The results cannot be written to '{path}': {why} another file with -o.", error);
    }
}
