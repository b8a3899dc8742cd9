using System.Text;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

public abstract class JsonConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    public static TheoryData<string> Untouched { get; } = new(
        """{"big":9223372036854775808,"huge":1e400,"long":0.1000000000000000055511151231257827,"minus":-0}""",
        """{"b":1,"a":2,"b":3}""",
        """{"text":"A \" \\ \/ ÷ é 日本 😀 \ud83d\ude00  two spaces","":null}""",
        """{"half":"data-\udcff","\ud800":["\uD83D","\ude00\ud83d"],"whole":"\uD83D\uDE00","not":"\\ud800","\u0000":"\u0000"}""",
        """{"nested":[[{}],[[]],{"deep":[1E+2,true,false]}]}""");

    [Theory]
    [MemberData(nameof(Untouched))]
    public async Task S13_descriptions_and_results_are_carried_as_the_text_that_came(string json)
    {
        var tag = await EmptyTagAsync();
        await tag.SetUpAsync(Make.SetUp(1) with { Jobs = [JsonText.Parse(json)] });

        var job = await tag.TakeAsync("w");
        await tag.DoneAsync("w", 0, json);

        job.Description.ToString().Should().Be(json);
        var result = (await tag.ResultsAsync()).Should().ContainSingle().Subject;
        result.Result.ToString().Should().Be(json);
        result.Description.ToString().Should().Be(json);
        (await tag.JobAsync(0)).Description.ToString().Should().Be(json);
    }

    [Fact]
    public async Task S13_white_space_between_tokens_is_left_out_and_within_strings_kept()
    {
        var tag = await EmptyTagAsync();
        await tag.SetUpAsync(Make.SetUp(1) with { Jobs = [JsonText.Parse("""{ "a b" : [ 1 , " 2 " ] }""")] });

        (await tag.TakeAsync("w")).Description.ToString().Should().Be("""{"a b":[1," 2 "]}""");
    }

    [Fact]
    public async Task S13_what_python_wrote_is_kept_for_those_who_read_it()
    {
        const string Python = """{"loss":NaN,"max":Infinity,"min":-Infinity}""", Json = """{"loss":null,"max":null,"min":null}""";
        JsonText.TryParsePython(Encoding.UTF8.GetBytes(Python), out var text, out _).Should().BeTrue();
        var tag = await EmptyTagAsync();
        await tag.SetUpAsync(Make.SetUp(1) with { Jobs = [text] });
        var job = await tag.TakeAsync("w");
        await tag.ExchangeAsync(new ExchangeRequest { Worker = "w", Count = 0, Done = [new DoneReport(0, text)] });

        var result = (await tag.ResultsAsync()).Should().ContainSingle().Subject;

        foreach (var kept in new[] { job.Description, result.Description, result.Result })
        {
            kept.ToString().Should().Be(Json);
            Encoding.UTF8.GetString(kept.Original.Span).Should().Be(Python);
        }
    }

    [Fact]
    public async Task S13_results_that_differ_in_their_text_differ()
    {
        var tag = await TagAsync(jobs: 1, n: 2);
        await tag.TakeByManyAsync(2);
        await tag.DoneAsync("w1", 0, """{"y":1.0}""");

        (await tag.DoneAsync("w2", 0, """{ "y" : 1.0 }""")).Differs.Should().BeFalse();
        (await tag.DoneAsync("w2", 0, """{"y":1.00}""")).Differs.Should().BeTrue();
    }
}
