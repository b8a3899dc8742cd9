using System.Security.Cryptography;
using System.Text;

namespace Pyremto;

/// <summary>The key without which nobody creates or lists tags from another machine (S15). Thread-safe.</summary>
internal sealed class OperatorKey(PyremtoHttpOptions options, IRandomSource random)
{
    private const int Length = 32; // words of five bits: 160

    private readonly Lock _making = new();
    private volatile string? _key = options.OperatorKey;

    /// <summary>Whether a call that says it comes from this machine may be believed to.</summary>
    public bool TrustsLoopback { get; } = options.PublicUrl is not { IsLoopback: false };

    /// <summary>Whether there is a key to ask for.</summary>
    public bool IsNeeded => !options.Open;

    /// <summary>Whether it is the key, in a time that tells nothing of it.</summary>
    public bool IsRight(string key) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(key)), SHA256.HashData(Encoding.UTF8.GetBytes(Get())));

    /// <summary>The key: configured, kept in the file, or made now and shown once.</summary>
    /// <exception cref="StoreUnavailableException">The file cannot be read or written.</exception>
    public string Get()
    {
        if (_key is { } known)
            return known;
        lock (_making)
            return _key ??= ReadOrMake();
    }

    private string ReadOrMake()
    {
        try
        {
            if (options.OperatorKeyFile is { } path && PrivateFile.Read(path)?.Trim() is { Length: >= 16 } kept)
                return kept;
            var made = random.NextWord(Length);
            if (options.OperatorKeyFile is { } file)
                Write(file, made);
            options.Tell($"Operator key (needed to create and list tags from other machines): {made}");
            return made;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"The file of the operator's key cannot be used: {error.Message}", error);
        }
    }

    private static void Write(string path, string key)
    {
        File.Delete(path); // what holds no key
        using var file = new StreamWriter(PrivateFile.CreateNew(path));
        file.WriteLine(key);
    }
}
