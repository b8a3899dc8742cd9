using System.Text;

namespace Pyremto.Tests.Support;

/// <summary>Makes nonsense of what makes sense.</summary>
internal static class Mutation
{
    /// <summary>A text with bytes changed, taken out, doubled or cut off; now and then as it was.</summary>
    public static byte[] Of(string text, Random random)
    {
        var bytes = Encoding.UTF8.GetBytes(text).ToList();
        for (var changes = random.Next(4); changes > 0 && bytes.Count > 1; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveAt(at);
                    break;
                case 2:
                    bytes.Insert(at, "{}[]\",:0-e\\n\0"u8[random.Next(13)]);
                    break;
                case 3:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(0, Math.Min(bytes.Count, 30)));
                    break;
            }
        }
        return [.. bytes];
    }
}
