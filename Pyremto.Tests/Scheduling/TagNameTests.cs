using Pyremto.Tests.Transport.NamedPipes;

namespace Pyremto.Tests.Scheduling;

/// <summary>S16: no two tags look the same, in whatever host.</summary>
public sealed class TagNameTests
{
    /// <summary>With ICU, which knows every normal form, and without it.</summary>
    public static TheoryData<string> Hosts { get; } = ["0", "1"];

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Names_are_in_normal_form_C(string invariant)
    {
        string[] names =
        [
            "65 301", // e and an accent
            "212b", // the sign of the Ångström
            "2126", // that of the Ohm
            "1f71", // an accent of polytonic Greek
            "f900", "2f800", // ideographs for compatibility
            "1112 1161 11ab", // a syllable in letters
            "ac00 11a8",
            "9c7 9be", // a vowel in two signs
            "340", "344", "958", "fb1d",
            "61 323 307 61", "61 307 323", // marks in the wrong order
        ];

        (await TryAsync(invariant, names)).Should().OnlyContain(line => line.Contains("normal form", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Names_hold_nothing_that_is_not_seen(string invariant)
    {
        string[] names =
        [
            "61 200b 62", "61 ad", "feff 61", "202e 61", "61 200d", // no width, soft hyphen, byte order mark, direction, joiner
            "115f", "61 1160", "3164", "ffa0 61", // fillers
            "2764 fe0f", "61 e0100", "1820 180b", // variation selectors
            "61 34f", "61 17b4", "2800", "61 a0", "e0041", "61 9b", "61 1b",
        ];

        (await TryAsync(invariant, names)).Should().OnlyContain(line => line.Contains("not allowed (U+", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Names_of_many_scripts_are_taken(string invariant)
    {
        string[] names = ["c5 e9", "47 72 f6 df 65", "65e5 672c", "d55c ae00", "930 93e 92e", "1f98a", "3a9", "41f 440", "627 644"];

        (await TryAsync(invariant, names)).Should().OnlyContain(line => line.EndsWith(": taken", StringComparison.Ordinal));
    }

    private static async Task<List<string>> TryAsync(string invariant, string[] names)
    {
        await using var process = TestProcess.StartWith(("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", invariant), [NameProcess.Verb, .. names]);
        var lines = await process.RestAsync();
        (await process.WaitForExitAsync()).Should().Be(0, await process.ErrorsAsync());
        return lines.Should().HaveCount(names.Length).And.Subject.ToList();
    }
}
