using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Pyremto;

/// <summary>What all routes of one mapping share: the scheduler behind them, and what stands before it. Thread-safe.</summary>
internal sealed partial class PyremtoServer : IDisposable
{
    private readonly string _prefix;
    private volatile string[] _bound = []; // where the server listens, while it does
    private volatile bool _isOpenToOthers; // whether it does so off loopback

    private PyremtoServer(IServiceProvider services, string prefix, PyremtoHttpOptions options)
    {
        _prefix = prefix;
        Services = services;
        Options = options;
        Scheduler = services.GetRequiredService<IJobScheduler>();
        Time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        Random = services.GetRequiredService<IRandomSource>();
        Logger = (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("Pyremto.Http");
        Stopping = services.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;
        Bans = new AddressBans(options.MaxOffences, options.OffenceWindow, Time);
        Gate = new CredentialGate(Scheduler, Bans, Random);
        Key = new OperatorKey(options, Random);
        var hosts = new ServedHosts(options, MachineIdentity.Find(Time), () => _isOpenToOthers);
        Door = new Door(options, hosts);
        Answers = new Answers();
        Work = new WorkAnswers(Scheduler, Answers);
        Address = new PublicAddress(options, prefix, hosts, () => _bound, MachineAddress.Find);
        Cookie = new ViewCookie(options, prefix);
        Plots = new PlotIndexes(Time, Random);
        Progress = new ProgressFeeds(Scheduler, Time);
        Body = new RequestBody(options, Bans, Gate, Time);
        Problems = new Problems(Answers, Random, Logger);
        PlainPasswords = new PlainPasswordWarning(Time, Logger);
        V2Refusals = new V2Refusals(Time, Logger);
    }

    public IServiceProvider Services { get; }

    public PyremtoHttpOptions Options { get; }

    public IJobScheduler Scheduler { get; }

    public TimeProvider Time { get; }

    public IRandomSource Random { get; }

    public ILogger Logger { get; }

    /// <summary>Fires when the host stops: who waits is answered then.</summary>
    public CancellationToken Stopping { get; }

    public AddressBans Bans { get; }

    public CredentialGate Gate { get; }

    public OperatorKey Key { get; }

    public Door Door { get; }

    public RequestBody Body { get; }

    public Answers Answers { get; }

    public WorkAnswers Work { get; }

    /// <summary>Where others reach the routes.</summary>
    public PublicAddress Address { get; }

    public ViewCookie Cookie { get; }

    public PlotIndexes Plots { get; }

    public ProgressFeeds Progress { get; }

    public Problems Problems { get; }

    public PlainPasswordWarning PlainPasswords { get; }

    public V2Refusals V2Refusals { get; }

    public static PyremtoServer Create(IServiceProvider services, string prefix, PyremtoHttpOptions options)
    {
        var server = new PyremtoServer(services, prefix, options);
        services.GetService<PageHosts>()?.Add(server.Address);
        if (services.GetService<IHostApplicationLifetime>() is { } lifetime)
        {
            lifetime.ApplicationStarted.Register(server.Announce);
            lifetime.ApplicationStopped.Register(server.Dispose);
        }
        return server;
    }

    /// <summary>The access to the tag that the route names, let through the gate.</summary>
    /// <exception cref="PyremtoException">The name makes no sense, or the credential is refused.</exception>
    public ValueTask<TagAccess> AccessAsync(HttpContext context)
    {
        var access = Credential.Of(context.Request).For(TagOf(context));
        if (access is { Password: null, ViewToken: null } && context.Request.Headers.Cookie.Count > 0)
            access = Cookie.AddTo(access, context);
        PlainPasswords.Look(context, access);
        var admitted = Gate.AdmitAsync(context.Connection.RemoteIpAddress, access);
        return admitted.IsCompletedSuccessfully ? new ValueTask<TagAccess>(access) : Slowly(admitted, access);

        static async ValueTask<TagAccess> Slowly(ValueTask admitted, TagAccess access)
        {
            await admitted.ConfigureAwait(false);
            return access;
        }
    }

    /// <summary>The name of the tag that the route names.</summary>
    /// <exception cref="InvalidRequestException">It was sent with a slash in it.</exception>
    public static string TagOf(HttpContext context)
    {
        var tag = (string)context.Request.RouteValues["tag"]!;
        // The server decodes all but an encoded slash, which no tag has; a literal "%2F" came as "%252F".
        if (tag.Contains("%2F", StringComparison.OrdinalIgnoreCase)
            && context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()?.RawTarget.Contains("%2F", StringComparison.OrdinalIgnoreCase) == true)
        {
            throw new InvalidRequestException("A tag's name holds no '/'.");
        }
        return tag;
    }

    /// <summary>Where the routes of this mapping begin.</summary>
    public string PathOf(HttpContext context) => context.Request.PathBase + _prefix;

    /// <summary>The address of a tag's page, as others reach it.</summary>
    public string ProgressUrlOf(HttpContext context, string tag) => PublicAddress.PageOf(Address.Of(context.Request), tag);

    /// <summary>Lets whoever may create and list tags pass (S15).</summary>
    /// <param name="context">The request.</param>
    /// <param name="key">The key that came with it; null for none.</param>
    /// <exception cref="WrongPasswordException">The operator's key is needed, and is missing or wrong.</exception>
    /// <exception cref="BannedException">The address is banned, and has not shown the key before.</exception>
    public void RequireOperator(HttpContext context, string? key)
    {
        if (!Key.IsNeeded || HostChoosesOperators.Holds(context.GetEndpoint()))
            return;
        if (key is null && Key.TrustsLoopback && Door.IsLocal(context))
            return;
        if (key is null)
            throw new WrongPasswordException("Creating and listing tags from another machine needs the operator's key: send it as a Bearer token.");
        Gate.AdmitOperator(context.Connection.RemoteIpAddress, Key, key);
    }

    /// <summary>Says where the coordinator listens, and makes the operator's key where others can reach it.</summary>
    private void Announce()
    {
        var addresses = _bound = [.. Services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? []];
        _isOpenToOthers = !addresses.All(IsLoopback);
        foreach (var address in addresses)
            LogListening(Logger, address + _prefix);
        if (!Key.IsNeeded || (Key.TrustsLoopback && !_isOpenToOthers))
            return;
        try
        {
            Key.Get();
            LogKeyNeeded(Logger, Options.OperatorKey is not null ? "from the configuration" : Options.OperatorKeyFile ?? "made at this start, and shown at the console");
        }
        catch (StoreUnavailableException error)
        {
            LogNoKey(Logger, error);
        }
    }

    private static bool IsLoopback(string address) =>
        BindingAddress.Parse(address) is var binding && (binding.IsUnixPipe || NetworkAddress.IsLoopback(binding.Host));

    public void Dispose()
    {
        _bound = [];
        Bans.Dispose();
        Plots.Dispose();
    }
}
