using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Pyremto;

/// <summary>
/// Passwords that were right, by the address that showed them, as HMACs under a key of this process. Those used last are remembered: at
/// most twice <paramref name="most"/>, so that tags and addresses that come and go take no memory for ever. What one address has shown is
/// of no use to another: else whoever is banned could go on guessing, and would be let in by the one guess that is right. Thread-safe.
/// </summary>
internal sealed class VerifiedPasswords(IRandomSource random, int most = VerifiedPasswords.Usual)
{
    private const int Usual = 4096;

    private readonly Lock _gate = new();
    private readonly byte[] _processKey = KeyFrom(random);
    private volatile Generations _generations = new([], []);

    private sealed record Generations(ConcurrentDictionary<Shown, byte[]> Young, ConcurrentDictionary<Shown, byte[]> Old);

    private readonly record struct Shown(IPAddress Address, string Tag);

    /// <summary>How many are remembered.</summary>
    internal int Count => _generations.Young.Count + _generations.Old.Count;

    public bool Contains(IPAddress address, string tag, string password)
    {
        var shown = new Shown(address, tag);
        var (young, old) = _generations;
        if (young.TryGetValue(shown, out var known))
            return IsOf(known, password);
        if (!old.TryGetValue(shown, out known) || !IsOf(known, password))
            return false;
        Add(shown, known);
        return true;
    }

    public void Add(IPAddress address, string tag, string password) => Add(new Shown(address, tag), MacOf(password));

    public void Remove(IPAddress address, string tag)
    {
        var shown = new Shown(address, tag);
        lock (_gate)
        {
            _generations.Young.TryRemove(shown, out _);
            _generations.Old.TryRemove(shown, out _);
        }
    }

    private void Add(Shown shown, byte[] mac)
    {
        lock (_gate)
        {
            if (_generations.Young.Count >= most && !_generations.Young.ContainsKey(shown))
                _generations = new Generations([], _generations.Young);
            _generations.Young[shown] = mac;
            _generations.Old.TryRemove(shown, out _);
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
