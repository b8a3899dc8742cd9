using System.Text;

namespace Pyremto.Tests.Support;

/// <summary>JSON objects that are valid and hard to bear: half pairs, escapes, NUL, numbers beyond a double, the same key twice, deep
/// nesting.</summary>
internal sealed class HostileJson(int seed)
{
    private static readonly string[] Pieces =
    [
        """\ud800""", """\udcff""", """\uD83D""", """\uDE00""", """\ud83d\ude00""", """\/""", """\\""", """\\ud800""", "\\\"", """\u0000""", """\n""", """\u0041""",
        "😀", "é", "a", ".", " ", ",", "=1+1", "\u2028", "", "{x}",
    ];

    private static readonly string[] Numbers =
        ["0", "-0", "1e400", "-1e400", "1e-400", "1.7976931348623157e308", "-1.7976931348623157e308", "5e-324", "9223372036854775808", new string('9', 400), "0.1"];

    private readonly Random _random = new(seed);

    public JsonText Object()
    {
        var text = new StringBuilder();
        AppendObject(text, 0);
        if (_random.Next(10) == 0)
            return JsonText.Parse(string.Concat(Enumerable.Repeat("{\"\\udcff\":", 60)) + "{}" + new string('}', 60));
        return JsonText.Parse(text.ToString());
    }

    private void AppendObject(StringBuilder text, int depth) => AppendMany(text, '{', '}', () =>
    {
        AppendString(text);
        text.Append(':');
        AppendValue(text, depth + 1);
    });

    private void AppendMany(StringBuilder text, char open, char close, Action append)
    {
        text.Append(open);
        for (var left = _random.Next(5); left > 0; left--)
        {
            append();
            text.Append(left > 1 ? "," : "");
        }
        text.Append(close);
    }

    private void AppendValue(StringBuilder text, int depth)
    {
        switch (_random.Next(depth > 5 ? 4 : 6))
        {
            case 0 or 1:
                AppendString(text);
                break;
            case 2:
                text.Append(Numbers[_random.Next(Numbers.Length)]);
                break;
            case 3:
                text.Append(_random.Next(3) switch { 0 => "null", 1 => "true", _ => "false" });
                break;
            case 4:
                AppendObject(text, depth);
                break;
            default:
                AppendMany(text, '[', ']', () => AppendValue(text, depth + 1));
                break;
        }
    }

    private void AppendString(StringBuilder text)
    {
        text.Append('"');
        for (var left = _random.Next(4); left > 0; left--)
            text.Append(Pieces[_random.Next(Pieces.Length)]);
        text.Append('"');
    }
}
