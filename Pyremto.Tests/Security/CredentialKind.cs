namespace Pyremto.Tests.Security;

/// <summary>A credential as a column of the matrix: what a caller who has it sends.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Tag">The tag that is asked for.</param>
/// <param name="Password">What is sent as a password.</param>
/// <param name="Token">What is sent as a token: a view token, or the operator's key.</param>
/// <param name="Cookie">What is sent as a cookie.</param>
/// <param name="Header">The header that it stands in.</param>
/// <param name="IsLocal">Whether the caller sits at the coordinator's machine.</param>
internal sealed record CredentialKind(
    string Name, string Tag, string? Password = null, string? Token = null, string? Cookie = null, string Header = "Authorization",
    bool IsLocal = false)
{
    public const string Worker = "w";
    public const string OperatorKey = "the-key-of-the-operator";
    public const string Secret = "secret";

    /// <summary>The tag and the credential as the contracts write them.</summary>
    public string Access
    {
        get
        {
            var password = Password is null ? "" : $",\"password\":\"{Password}\"";
            var token = Token is null ? "" : $",\"view_token\":\"{Token}\"";
            return $$"""{"tag":"{{Tag}}"{{password}}{{token}}}""";
        }
    }

    /// <summary>All kinds that reach every transport. Each has a tag of its own, so that none spoils what another finds.</summary>
    public static async Task<List<CredentialKind>> CreateAsync(IJobScheduler scheduler)
    {
        var other = await CreateAsync(scheduler, "other", "other-secret");
        var kinds = new List<CredentialKind>();
        foreach (var name in new[] { "none", "wrong", "password", "view", "expired", "rotated", "others-view", "others-password" })
        {
            var created = await CreateAsync(scheduler, name, Secret);
            var access = new TagAccess(name, Secret);
            kinds.Add(name switch
            {
                "none" => new(name, name),
                "wrong" => new(name, name, Password: "guess"),
                "password" => new(name, name, Password: Secret),
                "view" => new(name, name, Token: created.ViewToken),
                "expired" => new(
                    name, name, Token: await scheduler.IssueViewTokenAsync(access, TimeSpan.FromMilliseconds(1), CancellationToken.None)),
                "rotated" => new(name, name, Token: created.ViewToken),
                "others-view" => new(name, name, Token: other.ViewToken),
                _ => new(name, name, Password: "other-secret"),
            });
            if (name == "rotated")
                await scheduler.RotateViewTokensAsync(access, CancellationToken.None);
        }
        await CreateAsync(scheduler, "open-tag", password: null);
        kinds.Add(new("open-tag", "open-tag"));
        kinds.Add(new("no-such-tag", "no-such-tag", Password: Secret));
        return kinds;
    }

    /// <summary>Creates a tag of two jobs, of which the worker has the first.</summary>
    public static async Task<CreatedTag> CreateAsync(IJobScheduler scheduler, string tag, string? password = Secret)
    {
        var created = await scheduler.CreateTagAsync(new CreateTag { Tag = tag, Password = password }, CancellationToken.None);
        var access = new TagAccess(tag, password);
        await scheduler.SetUpJobsAsync(access, Support.Make.SetUp(2, n: 9, RedistributionPolicy.WhenLost), CancellationToken.None);
        await scheduler.ExchangeAsync(new ExchangeRequest { Tags = [access], Worker = Worker }, CancellationToken.None);
        return created;
    }
}
