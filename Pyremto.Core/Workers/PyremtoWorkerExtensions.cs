using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Pyremto;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds workers to a host. Each call adds one more worker, even of the same handler.</summary>
public static class PyremtoWorkerExtensions
{
    private const string NeedsMembers = "The handler's types are read and written by reflection; use the overload with JSON metadata where the program is trimmed.";
    private const string NeedsCode = "The handler's types are read and written by reflection; use the overload with JSON metadata in native AOT.";

    /// <summary>Adds a worker whose handler comes from the services: from each job's own scope unless it is registered otherwise.</summary>
    /// <typeparam name="THandler">The handler, an <see cref="IJobHandler{TJob, TResult}"/>; registered as scoped if it is not registered
    /// yet.</typeparam>
    /// <param name="builder">What <c>AddPyremto()</c> returned.</param>
    /// <param name="configure">Says at least for which tag it works, unless the configuration does.</param>
    /// <param name="name">
    /// The worker's name in logs, measurements and ids, and of its section <c>Pyremto:Workers:NAME</c> of the configuration. By default
    /// the handler's, with a number where there is one of that name already.
    /// </param>
    /// <exception cref="ArgumentException">There is a worker of that name.</exception>
    /// <remarks>
    /// Nothing is looked up by reflection but the JSON members of the handler's types; where a program is trimmed or compiled ahead of
    /// time, use the overload that is given them.
    /// </remarks>
    [RequiresUnreferencedCode(NeedsMembers)]
    [RequiresDynamicCode(NeedsCode)]
    public static IPyremtoBuilder AddWorker<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this IPyremtoBuilder builder, Action<WorkerOptions>? configure = null, string? name = null)
        where THandler : class, IJobHandler => AddHandler<THandler>(builder, configure, name);

    /// <summary>Adds a worker whose handler comes from the services, in a program that is trimmed or compiled ahead of time.</summary>
    /// <typeparam name="THandler">See the overload without metadata.</typeparam>
    /// <param name="builder">What <c>AddPyremto()</c> returned.</param>
    /// <param name="json">The metadata of the handler's types, as <see cref="WorkerOptions.UseJson"/> takes it.</param>
    /// <param name="configure">Says at least for which tag it works, unless the configuration does.</param>
    /// <param name="name">See the overload without metadata.</param>
    /// <exception cref="ArgumentException">There is a worker of that name.</exception>
    public static IPyremtoBuilder AddWorker<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this IPyremtoBuilder builder, IJsonTypeInfoResolver json, Action<WorkerOptions>? configure = null, string? name = null)
        where THandler : class, IJobHandler => AddHandler<THandler>(builder, WithJson(json, configure), name);

    /// <summary>Adds a worker whose handler is a function.</summary>
    /// <typeparam name="TJob">See <see cref="IJobHandler{TJob, TResult}"/>.</typeparam>
    /// <typeparam name="TResult">See <see cref="IJobHandler{TJob, TResult}"/>.</typeparam>
    /// <param name="builder">What <c>AddPyremto()</c> returned.</param>
    /// <param name="handler">Does one job; called for several at the same time where <see cref="WorkerOptions.Concurrency"/> says
    /// so.</param>
    /// <param name="configure">Says at least for which tag it works, unless the configuration does.</param>
    /// <param name="name">See the other overload; by default "worker", with a number where there is one of that name already.</param>
    /// <exception cref="ArgumentException">There is a worker of that name.</exception>
    [RequiresUnreferencedCode(NeedsMembers)]
    [RequiresDynamicCode(NeedsCode)]
    public static IPyremtoBuilder AddWorker<TJob, TResult>(
        this IPyremtoBuilder builder,
        Func<TJob, JobContext, CancellationToken, Task<TResult>> handler,
        Action<WorkerOptions>? configure = null,
        string? name = null) => AddFunction(builder, handler, configure, name);

    /// <summary>Adds a worker whose handler is a function, in a program that is trimmed or compiled ahead of time.</summary>
    /// <typeparam name="TJob">See <see cref="IJobHandler{TJob, TResult}"/>.</typeparam>
    /// <typeparam name="TResult">See <see cref="IJobHandler{TJob, TResult}"/>.</typeparam>
    /// <param name="builder">What <c>AddPyremto()</c> returned.</param>
    /// <param name="handler">Does one job; called for several at the same time where <see cref="WorkerOptions.Concurrency"/> says
    /// so.</param>
    /// <param name="json">The metadata of the two types, as <see cref="WorkerOptions.UseJson"/> takes it.</param>
    /// <param name="configure">Says at least for which tag it works, unless the configuration does.</param>
    /// <param name="name">See the overload without metadata.</param>
    /// <exception cref="ArgumentException">There is a worker of that name.</exception>
    public static IPyremtoBuilder AddWorker<TJob, TResult>(
        this IPyremtoBuilder builder,
        Func<TJob, JobContext, CancellationToken, Task<TResult>> handler,
        IJsonTypeInfoResolver json,
        Action<WorkerOptions>? configure = null,
        string? name = null) => AddFunction(builder, handler, WithJson(json, configure), name);

    private static Action<WorkerOptions> WithJson(IJsonTypeInfoResolver json, Action<WorkerOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(json);
        return worker =>
        {
            worker.UseJson(json);
            configure?.Invoke(worker);
        };
    }

    private static IPyremtoBuilder AddHandler<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        IPyremtoBuilder builder, Action<WorkerOptions>? configure, string? name)
        where THandler : class, IJobHandler
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddScoped<THandler>();
        return Add(
            builder,
            json => THandler.Bind(static services => services.GetRequiredService<THandler>(), json),
            name ?? Unused(builder, typeof(THandler).Name),
            configure);
    }

    private static IPyremtoBuilder AddFunction<TJob, TResult>(
        IPyremtoBuilder builder,
        Func<TJob, JobContext, CancellationToken, Task<TResult>> handler,
        Action<WorkerOptions>? configure,
        string? name)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(handler);
        var only = new FunctionHandler<TJob, TResult>(handler);
        return Add(builder, json => Bind<FunctionHandler<TJob, TResult>>(only, json), name ?? Unused(builder, "worker"), configure);
    }

    private static JobPipeline Bind<THandler>(THandler handler, JsonSerializerOptions json)
        where THandler : IJobHandler => THandler.Bind(_ => handler, json);

    private static IPyremtoBuilder Add(
        IPyremtoBuilder builder, Func<JsonSerializerOptions, JobPipeline> bind, string name, Action<WorkerOptions>? configure)
    {
        if (Names(builder).Contains(name, StringComparer.Ordinal))
            throw new ArgumentException($"There is a worker named '{name}' already; give this one another name.", nameof(name));
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IRandomSource, CryptographicRandomSource>();
        services.TryAddSingleton<PyremtoDiagnostics>();
        services.TryAddSingleton<HostStopVote>();
        services.TryAddSingleton<WorkerStates>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WorkerOptions>, WorkerOptionsValidator>());
        services.AddSingleton(new WorkerName(name));
        services.AddSingleton<IConfigureOptions<WorkerOptions>>(
            provider => new ConfigureNamedOptions<WorkerOptions>(name, options => Bind(options, name, provider)));
        var options = services.AddOptions<WorkerOptions>(name).ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        // AddHostedService would take two workers for one, since they are of one type.
        services.AddSingleton<IHostedService>(provider => new WorkerService(name, bind, provider));
        return builder;
    }

    private static void Bind(WorkerOptions options, string name, IServiceProvider services) =>
        services.GetService<IConfiguration>()?.GetSection($"{WorkerOptions.SectionName}:{name}").Bind(options);

    private static IEnumerable<string> Names(IPyremtoBuilder builder) =>
        builder.Services.Where(service => !service.IsKeyedService)
            .Select(service => service.ImplementationInstance)
            .OfType<WorkerName>()
            .Select(worker => worker.Name);

    private static string Unused(IPyremtoBuilder builder, string name)
    {
        var taken = Names(builder).ToHashSet(StringComparer.Ordinal);
        var unused = name;
        for (var number = 2; taken.Contains(unused); number++)
            unused = $"{name}-{number}";
        return unused;
    }

    private sealed record WorkerName(string Name);

    private sealed class FunctionHandler<TJob, TResult>(Func<TJob, JobContext, CancellationToken, Task<TResult>> function)
        : IJobHandler<TJob, TResult>
    {
        public Task<TResult> RunAsync(TJob job, JobContext context, CancellationToken cancellationToken) =>
            function(job, context, cancellationToken);
    }
}
