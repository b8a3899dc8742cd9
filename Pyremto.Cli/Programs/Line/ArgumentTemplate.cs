using System.Text;

namespace Pyremto.Cli.Programs;

/// <summary>One word of a program line: literal text and fields in turn.</summary>
internal sealed class ArgumentTemplate
{
    private readonly string _source;
    private readonly IReadOnlyList<Part> _parts;

    private ArgumentTemplate(string source, IReadOnlyList<Part> parts)
    {
        _source = source;
        _parts = parts;
    }

    /// <summary>Whether it is the same for all jobs.</summary>
    public bool IsConstant => _parts.All(part => !part.IsField);

    /// <summary>The fields that it names.</summary>
    public IEnumerable<string> Fields => _parts.Where(static part => part.IsField).Select(static part => part.Text);

    /// <summary>Reads <c>{field}</c>, <c>{a.b}</c>, <c>{{</c> and <c>}}</c>.</summary>
    /// <exception cref="ProgramLineException">A brace has no partner, or there is no name in between.</exception>
    public static ArgumentTemplate Parse(string source)
    {
        var parts = new List<Part>();
        var literal = new StringBuilder();
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] is '{' or '}' && i + 1 < source.Length && source[i + 1] == source[i])
            {
                literal.Append(source[i++]);
                continue;
            }
            if (source[i] == '}')
                throw Wrong(source, "has a '}' without a '{' before it");
            if (source[i] != '{')
            {
                literal.Append(source[i]);
                continue;
            }
            var end = source.AsSpan(i + 1).IndexOfAny('{', '}');
            if (end < 0 || source[i + 1 + end] == '{')
                throw Wrong(source, "has a '{' without a '}' after it");
            if (end == 0)
                throw Wrong(source, "names no field between its braces");
            if (literal.Length > 0)
                parts.Add(new Part(literal.ToString(), IsField: false));
            literal.Clear();
            parts.Add(new Part(source.Substring(i + 1, end), IsField: true));
            i += end + 1;
        }
        if (literal.Length > 0)
            parts.Add(new Part(literal.ToString(), IsField: false));
        return new ArgumentTemplate(source, parts);
    }

    /// <summary>The word for a job; a constant one needs no fields.</summary>
    /// <exception cref="JobFailedException">The description lacks a field, or it holds what no argument can.</exception>
    public string Expand(DescriptionFields? fields)
    {
        var text = _parts is [var only] ? Text(only, fields) : string.Concat(_parts.Select(part => Text(part, fields)));
        return text.Contains('\0', StringComparison.Ordinal)
            ? throw new JobFailedException($"The argument '{_source}' cannot be passed: the job's description has a NUL character (\\u0000) there.")
            : text;
    }

    private string Text(Part part, DescriptionFields? fields) => part.IsField ? fields!.Text(part.Text, _source) : part.Text;

    private static ProgramLineException Wrong(string source, string problem) =>
        new($"The argument '{source}' {problem}. {{field}} stands for a field of the job; write {{{{ and }}}} for braces that are meant as such.");

    private readonly record struct Part(string Text, bool IsField);
}
