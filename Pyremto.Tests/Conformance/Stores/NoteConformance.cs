using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

public abstract class NoteConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    [Fact]
    public async Task A_log_keeps_all_notes_of_its_kind_in_their_order()
    {
        var tag = await EmptyTagAsync();

        foreach (var body in new[] { "1", "\"two\"", "{\"n\":3}" })
            await AddAsync(tag, "log", body, replace: false);
        await AddAsync(tag, "other", "4", replace: false);

        (await BodiesAsync(tag, "log")).Should().Equal("1", "\"two\"", "{\"n\":3}");
        (await BodiesAsync(tag, "none")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_setting_takes_the_place_of_all_of_its_kind()
    {
        var tag = await EmptyTagAsync();
        await AddAsync(tag, "setting", "1", replace: false);
        await AddAsync(tag, "setting", "2", replace: false);
        await AddAsync(tag, "other", "3", replace: false);

        await AddAsync(tag, "setting", "4", replace: true);

        (await BodiesAsync(tag, "setting")).Should().Equal("4");
        (await BodiesAsync(tag, "other")).Should().Equal("3");
    }

    [Fact]
    public async Task S16_notes_beyond_the_limit_are_refused_and_what_is_there_stays()
    {
        var tag = await EmptyTagAsync();
        await AddAsync(tag, "log", $"\"{new string('x', 500)}\"", replace: false, mostBytes: 1000);

        var over = () => AddAsync(tag, "log", $"\"{new string('y', 600)}\"", replace: false, mostBytes: 1000);

        await over.Should().ThrowAsync<TooLargeException>();
        (await BodiesAsync(tag, "log")).Should().ContainSingle();
        await AddAsync(tag, "log", $"\"{new string('y', 600)}\"", replace: true, mostBytes: 1000);
        (await BodiesAsync(tag, "log")).Should().ContainSingle().Which.Should().Contain("y", "what is replaced does not count");
    }

    private async Task AddAsync(TestTag tag, string kind, string body, bool replace, long mostBytes = 1 << 20) =>
        await Store.AddNoteAsync(tag.Record, new TagNote(kind, JsonText.Parse(body)), replace, mostBytes, CancellationToken.None);

    private async Task<IEnumerable<string>> BodiesAsync(TestTag tag, string kind) =>
        (await Store.GetNotesAsync(tag.Record, kind, CancellationToken.None)).Select(note => note.Body.ToString());
}
