namespace Pyremto.Cli.Programs;

/// <summary>
/// A program and its arguments as they were typed, where <c>{field}</c> stands for what a job's description has there. No shell ever
/// sees it.
/// </summary>
internal sealed class ProgramLine
{
    private readonly IReadOnlyList<ArgumentTemplate> _arguments;
    private readonly IReadOnlyList<string>? _constant;

    private ProgramLine(IReadOnlyList<string> words, string program, IReadOnlyList<ArgumentTemplate> arguments)
    {
        Words = words;
        Program = program;
        _arguments = arguments;
        if (arguments.All(argument => argument.IsConstant))
            _constant = [.. arguments.Select(argument => argument.Expand(default))];
    }

    /// <summary>The words as they were typed.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>The program: a path, or a name to be looked for on the PATH.</summary>
    public string Program { get; }

    /// <summary>Reads PROGRAM ARG….</summary>
    /// <exception cref="ProgramLineException">There is no program, or a brace has no partner.</exception>
    public static ProgramLine Parse(IReadOnlyList<string> words)
    {
        if (words is [] or ["", ..])
            throw new ProgramLineException("Say which program to run: … -- PROGRAM ARG…");
        var templates = words.Select(ArgumentTemplate.Parse).ToList();
        if (!templates[0].IsConstant)
        {
            throw new ProgramLineException(
                $"The program itself cannot come from the job, as in '{words[0]}': name one, such as a script of yours, "
                + "and give it the field as an argument.");
        }
        return new ProgramLine([.. words], templates[0].Expand(default), templates[1..]);
    }

    /// <summary>The arguments for a job, without the program.</summary>
    /// <exception cref="JobFailedException">The description lacks a field; the message names it and those that are there.</exception>
    public IReadOnlyList<string> ArgumentsFor(JsonText description)
    {
        if (_constant is not null)
            return _constant;
        using var fields = new DescriptionFields(description);
        var arguments = new string[_arguments.Count];
        for (var i = 0; i < arguments.Length; i++)
            arguments[i] = _arguments[i].Expand(fields);
        return arguments;
    }

    /// <summary>Sees to it that each field that the arguments name is there in one of the jobs at least.</summary>
    /// <exception cref="ProgramLineException">One is in none; the message names it, and the fields of the first job.</exception>
    public void Check(IReadOnlyList<JsonText> jobs)
    {
        var missing = _arguments.SelectMany(static argument => argument.Fields).ToHashSet(StringComparer.Ordinal);
        foreach (var job in jobs)
        {
            if (missing.Count == 0)
                return;
            using var fields = new DescriptionFields(job);
            missing.RemoveWhere(fields.Has);
        }
        if (missing.Count == 0)
            return;
        using var first = new DescriptionFields(jobs[0]);
        throw new ProgramLineException(
            $"No job has the field '{missing.First()}' that the program's line names; the first job has {first.Names()}. "
            + "Write {{ and }} for braces that are meant as such.");
    }

    /// <summary>The words, for a person to read.</summary>
    public override string ToString() => string.Join(' ', Words);
}
