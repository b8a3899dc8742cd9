using System.CommandLine;

namespace Pyremto.Cli.Verbs;

/// <summary>Jobs that are named by their ids.</summary>
internal static class JobIds
{
    /// <summary>An argument for any number of ids.</summary>
    public static Argument<int[]> Argument(string description)
    {
        var argument = new Argument<int[]>("JOB_ID") { Description = description, Arity = ArgumentArity.ZeroOrMore };
        argument.Validators.Add(static result =>
        {
            foreach (var token in result.Tokens)
            {
                if (!int.TryParse(token.Value, out var id) || id < 0)
                    result.AddError($"'{token.Value}' is no job id, like 17.");
            }
        });
        return argument;
    }

    /// <summary>The ids; null where none is named.</summary>
    public static int[]? Of(ParseResult parsed, Argument<int[]> argument) => parsed.GetValue(argument) is { Length: > 0 } ids ? ids : null;
}
