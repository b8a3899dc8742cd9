using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Connecting;

/// <summary>A file whose first line is a secret.</summary>
internal static class SecretFile
{
    private const int MostCharacters = 1024; // no password may be longer (S16)

    /// <exception cref="CommandException">It cannot be read, or holds nothing, or more than one line.</exception>
    public static string Read(string path, string what)
    {
        try
        {
            using var reader = new StreamReader(path);
            var buffer = new char[MostCharacters + 2]; // and its line end
            var text = new string(buffer, 0, reader.ReadBlock(buffer)).TrimEnd('\r', '\n');
            if (text.Length is 0 or > MostCharacters || text.AsSpan().ContainsAny('\r', '\n'))
                throw CommandException.WrongUse($"The file {path} holds no {what}: it has to be one line of up to {MostCharacters} characters.");
            return text;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CommandException.WrongUse($"The file with the {what} cannot be read: {error.Message}", error);
        }
    }
}
