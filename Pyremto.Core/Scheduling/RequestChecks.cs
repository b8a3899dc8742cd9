using System.Globalization;
using System.Text;

namespace Pyremto;

/// <summary>The limits at the door (S16), the same for every store and transport.</summary>
internal static class RequestChecks
{
    private const int MaxRequestIdLength = 128;
    private const int MaxPasswordLength = 1024;
    private const int MaxErrorLength = 64 << 10;
    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestLease = TimeSpan.FromDays(30);
    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestViewToken = TimeSpan.FromDays(36_525);

    /// <summary>1–128 visible characters in NFC without slash, not a dot or two.</summary>
    public static void TagName(string name)
    {
        if (name.Length == 0)
            throw new InvalidRequestException("A tag needs a name of at least one character.");
        var characters = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            characters++;
            if (rune == Rune.ReplacementChar || rune.Value == '/' || !NameText.IsVisible(rune))
                throw new InvalidRequestException($"The tag's name holds a character that is not allowed (U+{rune.Value:X4}): use visible ones without '/'.");
        }
        if (characters > 128)
            throw new InvalidRequestException($"The tag's name is too long: {characters} characters, 128 allowed.");
        if (name is "." or "..")
            throw new InvalidRequestException($"A tag cannot be named '{name}'.");
        if (!NameText.IsNormal(name))
            throw new InvalidRequestException($"The tag's name is not in Unicode's normal form C{NameText.Doubt}: normalise it.");
    }

    public static void Creation(CreateTag request)
    {
        if (request.Tag is { } name)
            TagName(name);
        if (request.Password is { Length: > MaxPasswordLength } password)
            throw new TooLargeException("password (characters)", password.Length, MaxPasswordLength);
        if (request.Password is { Length: 0 })
            throw new InvalidRequestException("The password is empty: give one, or none at all.");
        if (request.PasswordIsRandom && request.Password is not { Length: >= CreateTag.RandomPasswordLength })
        {
            throw new InvalidRequestException(
                $"A password that is said to be random has at least {CreateTag.RandomPasswordLength} characters, as 128 bits have in base64url.");
        }
        RequestId(request.RequestId);
    }

    public static void SetUp(JobSetup setup, PyremtoOptions options)
    {
        if (setup.Jobs.Count == 0)
            throw new InvalidJobException("There are no jobs to set up: give at least one description.");
        Between("max_redistribution_attempts", setup.MaxRedistributionAttempts, 1, TagDefaults.MostAttempts);
        Between("repetitions", setup.Repetitions, 1, int.MaxValue);
        Lease(setup.Lease);
        RetryDelay(setup.RetryDelay);
        Policy(setup.Policy);
        RequestId(setup.RequestId);
        var total = (long)setup.Jobs.Count * setup.Repetitions;
        if (total > options.MaxJobs)
            throw new TooLargeException("jobs of a tag, repetitions included", total, options.MaxJobs);
        var bytes = 0L;
        for (var i = 0; i < setup.Jobs.Count; i++)
        {
            if (!setup.Jobs[i].IsObject)
                throw new InvalidJobException($"The description of job {i} is not a JSON object.");
            bytes += setup.Jobs[i].Length;
        }
        if (bytes > options.MaxDescriptionBytes)
            throw new TooLargeException("descriptions of a tag (bytes)", bytes, options.MaxDescriptionBytes);
    }

    public static void Update(TagUpdate update)
    {
        if (update.MaxRedistributionAttempts is { } attempts)
            Between("max_redistribution_attempts", attempts, 1, TagDefaults.MostAttempts);
        if (update.Lease is { } lease)
            Lease(lease);
        if (update.RetryDelay is { } delay)
            RetryDelay(delay);
        if (update.Policy is { } policy)
            Policy(policy);
    }

    public static void ViewTokenLifetime(TimeSpan? lifetime)
    {
        if (lifetime <= TimeSpan.Zero)
            throw new InvalidRequestException("The lifetime of a view token has to be longer than zero.");
        if (lifetime > LongestViewToken)
            throw new InvalidRequestException("The lifetime of a view token is a hundred years at most; without one it holds until it is rotated away.");
    }

    public static void Exchange(ExchangeRequest request)
    {
        Tags(request.Tags, request.TagPrefix);
        Between("count", request.Count, 0, TagDefaults.MostJobsInARequest);
        Worker(request.Worker);
        RequestId(request.RequestId);
        if (request.Wait < TimeSpan.Zero)
            throw new InvalidRequestException("wait_seconds is negative.");
        NoNull("done", request.Done);
        NoNull("failed", request.Failed);
        NoNull("released", request.Released);
    }

    public static void Heartbeat(Heartbeat heartbeat)
    {
        if (string.IsNullOrEmpty(heartbeat.Worker))
            throw new InvalidRequestException("A heartbeat has to name its worker.");
        Worker(heartbeat.Worker);
        Tags(heartbeat.Tags, heartbeat.TagPrefix);
    }

    public static void Watch(NotNeededWatch watch)
    {
        if (watch.Workers.Count == 0)
            throw new InvalidRequestException("Name at least one worker to watch for.");
        NoNull("workers", watch.Workers);
        Tags(watch.Tags, watch.TagPrefix);
    }

    /// <summary>What came over a wire may leave the name out.</summary>
    public static void Access(TagAccess access)
    {
        if (access.Tag is null)
            throw new InvalidRequestException("The request names no tag.");
    }

    public static void Jobs(JobQuery query) => Between("limit", query.Limit, 1, 1000);

    public static void Note(TagNote note, PyremtoOptions options)
    {
        Between("length of a note's kind", note.Kind.Length, 1, 64);
        if (note.Body.IsEmpty)
            throw new InvalidRequestException("The note has no body.");
        if (note.Body.Length > options.MaxResultBytes)
            throw new TooLargeException("note (bytes)", note.Body.Length, options.MaxResultBytes);
    }

    /// <summary>Why a result is not acceptable, or null (S5: it hinders no other report).</summary>
    public static ReportOutcome? Refusal(DoneReport report, PyremtoOptions options)
    {
        if (!report.Result.IsObject)
            return new ReportOutcome(report.JobId, ReportVerdict.Refused, Code: ErrorCodes.InvalidJob, Message: $"The result of job {report.JobId} is not a JSON object.");
        if (report.Result.Length <= options.MaxResultBytes)
            return null;
        var error = new TooLargeException("result (bytes)", report.Result.Length, options.MaxResultBytes);
        return new ReportOutcome(report.JobId, ReportVerdict.Refused, Code: error.Code, Message: error.Message);
    }

    /// <summary>A failure whose error is not longer than what is kept.</summary>
    public static FailedReport Cut(FailedReport report) =>
        report.Error.Length <= MaxErrorLength ? report : report with { Error = report.Error[..MaxErrorLength] };

    private static void Tags(IReadOnlyList<TagAccess> tags, string? prefix)
    {
        NoNull("tags", tags);
        if (prefix is null)
            Between("tags of a request", tags.Count, 1, TagDefaults.MostTagsInARequest);
        for (var i = 0; i < tags.Count; i++)
            Access(tags[i]);
        if (tags.Count > 1 && tags.CountBy(access => access.Tag).FirstOrDefault(named => named.Value > 1).Key is { } twice)
            throw new InvalidRequestException($"The request names the tag '{twice}' twice.");
    }

    private static void Worker(string? worker)
    {
        if (worker is { Length: 0 or > WorkerId.MaxLength })
            throw new InvalidRequestException($"A worker's id has 1 to {WorkerId.MaxLength} characters, not {worker.Length}; leave it out for an anonymous one.");
    }

    private static void RequestId(string? requestId)
    {
        if (requestId is { Length: 0 or > MaxRequestIdLength })
            throw new InvalidRequestException($"A request id has 1 to {MaxRequestIdLength} characters, not {requestId.Length}.");
    }

    private static void Lease(TimeSpan lease)
    {
        if (lease < ShortestLease || lease > LongestLease)
            throw new InvalidRequestException($"lease_seconds is {lease.TotalSeconds}: from 1 second to 30 days is allowed.");
    }

    private static void RetryDelay(TimeSpan delay)
    {
        if (delay < TimeSpan.Zero || delay > LongestRetryDelay)
        {
            throw new InvalidRequestException(
                string.Create(CultureInfo.InvariantCulture, $"retry_delay_seconds is {delay.TotalSeconds}: from 0 to 86400 seconds (a day) is allowed."));
        }
    }

    private static void Policy(RedistributionPolicy policy)
    {
        if (policy is not (RedistributionPolicy.WhenIdle or RedistributionPolicy.WhenLost))
            throw new InvalidRequestException("The policy is when_idle or when_lost.");
    }

    /// <summary>What came over a wire may hold null where the contracts have none.</summary>
    private static void NoNull<T>(string list, IReadOnlyList<T> items)
        where T : class
    {
        if (items is null)
            throw new InvalidRequestException($"{list} is missing.");
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i] is null)
                throw new InvalidRequestException($"{list}[{i}] is null.");
        }
    }

    private static void Between(string what, int value, int least, int most)
    {
        if (value < least || value > most)
            throw new InvalidRequestException(most == int.MaxValue ? $"{what} is {value}: at least {least} is needed." : $"{what} is {value}: {least} to {most} is allowed.");
    }
}
