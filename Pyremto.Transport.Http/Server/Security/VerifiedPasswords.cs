using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Pyremto;

/// <summary>
/// Passwords that were right, as HMACs under a key of this process. Those used last are remembered: at most twice
/// <paramref name="most"/>, so that tags that come and go take no memory for ever. Thread-safe.
/// </summary>
internal sealed class VerifiedPasswords(IRandomSource random, int most = VerifiedPasswords.Usual)
{
    private const int Usual = 4096;

    private readonly Lock _gate = new();
    private readonly byte[] _processKey = KeyFrom(random);
    private volatile Generations _generations = new([], []);

    private sealed record Generations(ConcurrentDictionary<string, byte[]> Young, ConcurrentDictionary<string, byte[]> Old);

    /// <summary>How many are remembered.</summary>
    internal int Count => _generations.Young.Count + _generations.Old.Count;

    public bool Contains(string tag, string password)
    {
        var (young, old) = _generations;
        if (young.TryGetValue(tag, out var known))
            return IsOf(known, password);
        if (!old.TryGetValue(tag, out known) || !IsOf(known, password))
            return false;
        Add(tag, known);
        return true;
    }

    public void Add(string tag, string password) => Add(tag, MacOf(password));

    public void Remove(string tag)
    {
        lock (_gate)
        {
            _generations.Young.TryRemove(tag, out _);
            _generations.Old.TryRemove(tag, out _);
        }
    }

    private void Add(string tag, byte[] mac)
    {
        lock (_gate)
        {
            if (_generations.Young.Count >= most && !_generations.Young.ContainsKey(tag))
                _generations = new Generations([], _generations.Young);
            _generations.Young[tag] = mac;
            _generations.Old.TryRemove(tag, out _);
        }
    }

    private bool IsOf(byte[] known, string password) => CryptographicOperations.FixedTimeEquals(known, MacOf(password));

    private byte[] MacOf(string password) => HMACSHA256.HashData(_processKey, Encoding.UTF8.GetBytes(password));

    private static byte[] KeyFrom(IRandomSource random)
    {
        var key = new byte[32];
        random.Fill(key);
        return key;
    }
}
