using System.IO.Pipes;
using System.Net.Sockets;

namespace Pyremto;

/// <summary>
/// The right to a pipe's name: an operating system's lock on a file beside the socket, which ends with the process whatever ends that. On
/// Unix a second server would silently take the name over, and a socket that a killed one left would block it for ever without.
/// </summary>
internal sealed class PipeOwnership : IDisposable
{
    private readonly FileStream? _lock;

    private PipeOwnership(FileStream? file) => _lock = file;

    /// <summary>Takes the name, or says why not.</summary>
    /// <exception cref="IOException">Another process has it.</exception>
    public static async Task<PipeOwnership> TakeAsync(string name, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
            return new PipeOwnership(null); // there the first instance of a pipe is what a second server cannot have
        var ownership = new PipeOwnership(Lock(name));
        try
        {
            foreach (var pipe in (string[])[name, PipeName.OfAnswers(name)])
            {
                await RefuseForeignServerAsync(pipe, cancellationToken).ConfigureAwait(false);
                File.Delete(PipeName.SocketPath(pipe)); // what a killed coordinator left
            }
            return ownership;
        }
        catch (Exception error) when (error is UnauthorizedAccessException or SocketException)
        {
            ownership.Dispose();
            throw new IOException($"The named pipe '{name}' belongs to another user or program on this machine; choose another name. ({error.Message})", error);
        }
        catch
        {
            ownership.Dispose();
            throw;
        }
    }

    /// <summary>The file stays: were it deleted, two who opened it before and after could both hold "the" lock.</summary>
    public void Dispose() => _lock?.Dispose();

    private static FileStream Lock(string name)
    {
        try
        {
            return PrivateFile.OpenLock($"{PipeName.SocketPath(name)}.lock");
        }
        catch (UntrustedFileException error)
        {
            throw new IOException($"The named pipe '{name}' belongs to another user on this machine; choose another name. {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The named pipe '{name}' belongs to another coordinator on this machine. Connect to that one with UseNamedPipe(\"{name}\"), "
                + $"stop it, or choose another name. ({error.Message})",
                error);
        }
    }

    private static async Task RefuseForeignServerAsync(string name, CancellationToken cancellationToken)
    {
        if (!File.Exists(PipeName.SocketPath(name)))
            return;
        var probe = new NamedPipeClientStream(".", name, PipeDirection.InOut, PipeOptions.Asynchronous);
        await using var disposal = probe.ConfigureAwait(false);
        try
        {
            await probe.ConnectAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is TimeoutException or IOException)
        {
            return; // nobody listens
        }
        throw new IOException($"The named pipe '{name}' belongs to another program on this machine; choose another name.");
    }
}
