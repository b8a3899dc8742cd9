using System.Net;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>Addresses that keep guessing or sending too much are refused for a while; good workers behind the same router go on (S16).</summary>
public sealed class BanTests
{
    [Fact]
    public async Task Who_guesses_is_banned_and_verified_passwords_of_the_same_address_go_on()
    {
        await using var at = await HttpCoordinator.StartAsync(options => options.MaxOffences = 3);
        await at.SetUpAsync("svr", 5, password: "right");
        await at.SetUpAsync("other", 1, password: "also right");
        await at.SetUpAsync("open", 1);
        var good = HttpCoordinator.Password("right");
        (await at.PostAsync("/api/tags/svr/next", "", good)).ShouldBe(HttpStatusCode.OK);
        var token = (string)(await at.PostAsync("/api/tags/svr/view-tokens", "", good)).Json["view_token"]!;

        for (var i = 0; i < 3; i++)
            (await at.GetAsync("/api/tags/svr", HttpCoordinator.Password($"guess {i}"))).ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
        var banned = await at.GetAsync("/api/tags/svr", HttpCoordinator.Password("guess"));
        banned.ShouldBe(HttpStatusCode.TooManyRequests, ErrorCodes.Banned);
        banned.Headers.RetryAfter!.Delta.Should().BeGreaterThan(TimeSpan.Zero).And.BeLessThanOrEqualTo(TimeSpan.FromMinutes(1));
        (await at.PostAsync("/api/next", """{"tags":[{"tag":"svr","password":"guess"}]}""")).ShouldBe(HttpStatusCode.TooManyRequests, ErrorCodes.Banned);
        (await at.GetAsync("/api/tags/other", HttpCoordinator.Password("also right"))).ShouldBe(HttpStatusCode.TooManyRequests, ErrorCodes.Banned); // not verified before

        (await at.PostAsync("/api/tags/svr/next", "", good)).ShouldBe(HttpStatusCode.OK);
        (await at.PostAsync("/api/next", """{"tags":[{"tag":"svr","password":"right"}]}""")).ShouldBe(HttpStatusCode.OK);
        (await at.GetAsync("/api/tags/svr", HttpCoordinator.Token(token))).ShouldBe(HttpStatusCode.OK);
        (await at.PostAsync("/api/tags/open/next")).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"password_is_random\":true")]
    public async Task Who_created_a_tag_has_shown_its_password(string random)
    {
        const string Secret = "uEFg0u8LrYbGm2c1Xn9Qxw";
        await using var at = await HttpCoordinator.StartAsync(options => options.MaxOffences = 1);
        (await at.PostAsync("/api/tags", $$"""{"tag":"svr","password":"{{Secret}}"{{random}}}""")).ShouldBe(HttpStatusCode.Created);
        (await at.GetAsync("/api/tags/svr", HttpCoordinator.Password("guess"))).ShouldBe(HttpStatusCode.Unauthorized);

        (await at.GetAsync("/api/tags/svr", HttpCoordinator.Password("guess"))).ShouldBe(HttpStatusCode.TooManyRequests);
        (await at.GetAsync("/api/tags/svr", HttpCoordinator.Password(Secret))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_ban_ends()
    {
        await using var at = await HttpCoordinator.StartAsync(options =>
        {
            options.MaxOffences = 1;
            options.OffenceWindow = TimeSpan.FromMilliseconds(300);
        });
        await at.SetUpAsync("svr", 1, password: "right");
        await at.GetAsync("/api/tags/svr", HttpCoordinator.Password("guess"));
        using var deadline = new CancellationTokenSource(HttpCoordinator.Patience);
        while ((await at.GetAsync("/api/tags/svr", HttpCoordinator.Password("right"))).Status != HttpStatusCode.OK)
            deadline.Token.ThrowIfCancellationRequested();
    }

    [Fact]
    public async Task Addresses_are_told_apart_where_a_known_proxy_says_so_and_nowhere_else()
    {
        await using var at = await HttpCoordinator.StartAsync(options =>
        {
            options.MaxOffences = 1;
            options.KnownProxies.Add("127.0.0.0/8");
        });
        await at.SetUpAsync("svr", 1, password: "right");
        using var guesser = at.NewClient(forwardedFor: "203.0.113.1");
        using var neighbour = at.NewClient(forwardedFor: "203.0.113.2");
        await GetAsync(at, guesser, "guess");
        (await GetAsync(at, guesser, "guess")).ShouldBe(HttpStatusCode.TooManyRequests);
        (await GetAsync(at, neighbour, "right")).ShouldBe(HttpStatusCode.OK);

        await using var unaware = await HttpCoordinator.StartAsync(options => options.MaxOffences = 1);
        await unaware.SetUpAsync("svr", 1, password: "right");
        using var liar = unaware.NewClient(forwardedFor: "203.0.113.1");
        using var sameLiar = unaware.NewClient(forwardedFor: "203.0.113.2");
        await GetAsync(unaware, liar, "guess");
        (await GetAsync(unaware, sameLiar, "guess")).ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Guesses_at_the_operators_key_are_counted_and_whoever_showed_the_key_before_goes_on()
    {
        await using var at = await HttpCoordinator.StartAsync(options =>
        {
            options.MaxOffences = 2;
            options.OperatorKey = "an operator's key";
        });
        (await at.GetAsync("/api/tags", HttpCoordinator.Token("an operator's key"))).ShouldBe(HttpStatusCode.OK);
        for (var i = 0; i < 2; i++)
            (await at.GetAsync("/api/tags", HttpCoordinator.Token("guess"))).ShouldBe(HttpStatusCode.Unauthorized);
        (await at.GetAsync("/api/tags", HttpCoordinator.Token("guess"))).ShouldBe(HttpStatusCode.TooManyRequests, ErrorCodes.Banned);
        (await at.GetAsync("/api/tags", HttpCoordinator.Token("an operator's key"))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Who_is_banned_is_not_let_in_by_the_right_guess()
    {
        const string Key = "an operator's key";
        await using var at = await HttpCoordinator.StartAsync(options =>
        {
            options.MaxOffences = 2;
            options.OperatorKey = Key;
            options.KnownProxies.Add("127.0.0.0/8");
        });
        await at.SetUpAsync("svr", 1, password: "right");
        using var owner = at.NewClient(forwardedFor: "203.0.113.1");
        using var guesser = at.NewClient(forwardedFor: "203.0.113.2");
        (await GetAsync(at, owner, "right")).ShouldBe(HttpStatusCode.OK);
        (await ListAsync(owner, Key)).ShouldBe(HttpStatusCode.OK);
        await GetAsync(at, guesser, "guess");
        (await ListAsync(guesser, "guess")).ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);

        (await GetAsync(at, guesser, "right")).ShouldBe(HttpStatusCode.TooManyRequests, ErrorCodes.Banned);
        (await ListAsync(guesser, Key)).ShouldBe(HttpStatusCode.TooManyRequests, ErrorCodes.Banned);
        (await GetAsync(at, owner, "right")).ShouldBe(HttpStatusCode.OK);
        (await ListAsync(owner, Key)).ShouldBe(HttpStatusCode.OK);

        Task<Answer> ListAsync(HttpClient client, string key) =>
            at.SendAsync(HttpMethod.Get, "/api/tags", null, HttpCoordinator.Token(key), client: client);
    }

    [Theory]
    [InlineData("GET", "/api/tags/svr", null)]
    [InlineData("POST", "/api/tags/svr/pause", "")]
    [InlineData("POST", "/api/tags/svr/next", "")]
    [InlineData("POST", "/api/next", """{"tags":[{"tag":"svr","password":"old"}]}""")]
    [InlineData("POST", "/api/next", """{"tags":[{"tag":"svr","password":"old"},{"tag":"open"}]}""")]
    [InlineData("POST", "/api/heartbeat", """{"worker":"w","tags":[{"tag":"svr","password":"old"}]}""")]
    [InlineData("POST", "/t/svr/session", """{"password":"old"}""")]
    public async Task The_password_of_a_tag_that_was_made_anew_is_a_guess_like_any_other(string method, string path, string? body)
    {
        await using var at = await HttpCoordinator.StartAsync(options => options.MaxOffences = 3);
        await at.SetUpAsync("svr", 1, password: "old");
        await at.SetUpAsync("open", 1);
        (await at.GetAsync("/api/tags/svr", HttpCoordinator.Password("old"))).ShouldBe(HttpStatusCode.OK);
        await at.Scheduler.DeleteTagAsync(new TagAccess("svr", "old"), CancellationToken.None);
        await at.SetUpAsync("svr", 1, password: "new");

        for (var i = 0; i < 3; i++)
            await at.SendAsync(new HttpMethod(method), path, body, HttpCoordinator.Password("old"));

        (await at.GetAsync("/api/tags/svr", HttpCoordinator.Password("old"))).ShouldBe(HttpStatusCode.TooManyRequests, ErrorCodes.Banned);
    }

    [Fact]
    public async Task Ten_thousand_wrong_passwords_of_one_address_starve_nobody()
    {
        await using var at = await HttpCoordinator.StartAsync();
        await at.SetUpAsync("svr", 100, password: "right");
        (await at.PostAsync("/api/tags/svr/next", "", HttpCoordinator.Password("right"))).ShouldBe(HttpStatusCode.OK);
        using var guesser = at.NewClient();
        var statuses = new System.Collections.Concurrent.ConcurrentDictionary<HttpStatusCode, int>();
        var guessing = Parallel.ForAsync(0, 10_000, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
        {
            var answer = await GetAsync(at, guesser, $"guess {i}");
            statuses.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);
        });
        for (var i = 0; i < 50; i++)
            (await at.PostAsync("/api/tags/svr/next", "", HttpCoordinator.Password("right"))).ShouldBe(HttpStatusCode.OK);

        await guessing.WaitAsync(HttpCoordinator.Patience * 4);
        statuses.Keys.Should().BeSubsetOf([HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests]);
        // Ten in a window of a minute are looked at: the others cost nothing.
        statuses[HttpStatusCode.Unauthorized].Should().BeInRange(1, 30);
    }

    private static Task<Answer> GetAsync(HttpCoordinator at, HttpClient client, string password) =>
        at.SendAsync(HttpMethod.Get, "/api/tags/svr", null, HttpCoordinator.Password(password), client: client);
}
