using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pyremto.Cli.Connecting;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Serving;

/// <summary>A coordinator as a host: store, pipes, HTTP.</summary>
internal static class CoordinatorHost
{
    /// <summary>Builds it; nothing listens yet.</summary>
    /// <exception cref="CommandException">A setting makes no sense.</exception>
    public static IHost Build(ServeSettings settings, CommandOutput output)
    {
        var builder = CommandHost.CreateBuilder(output);
        AddConfiguration(builder, settings);
        builder.Services.AddSingleton<ITagAnnouncer>(new TerminalTagAnnouncer(output));
        var pyremto = builder.Services.AddPyremto(options => options.Retention = settings.Retention ?? options.Retention);
        builder.Services.AddHealthChecks().AddPyremto();
        settings.Store.Use(pyremto);
        try
        {
            foreach (var pipe in settings.Pipes)
                pyremto.ListenOnNamedPipe(pipe);
            foreach (var url in settings.Urls)
                pyremto.ListenOnHttp(url, http => Configure(http, settings));
        }
        catch (ArgumentException error)
        {
            throw CommandException.WrongUse(error.Message.Split(" (Parameter", 2)[0], error);
        }
        return builder.Build();
    }

    private static void AddConfiguration(HostApplicationBuilder builder, ServeSettings settings)
    {
        try
        {
            if (settings.ConfigFile is { } file)
                builder.Configuration.AddJsonFile(file, optional: false);
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            throw CommandException.WrongUse($"The settings cannot be read: {error.Message} {error.InnerException?.Message}".TrimEnd(), error);
        }
        builder.Configuration.AddEnvironmentVariables();
    }

    private static void Configure(PyremtoHttpOptions http, ServeSettings settings)
    {
        http.Open |= settings.IsOpen;
        http.PublicUrl = settings.PublicUrl ?? http.PublicUrl;
        if (http.OperatorKey is null && !http.Open)
        {
            if (Path.GetDirectoryName(settings.OperatorKeyFile) == StateDirectory.Path)
                PrivateFile.CreateFolder(StateDirectory.Path);
            http.OperatorKeyFile ??= settings.OperatorKeyFile;
        }
        http.WriteTo(TextWriter.Null); // what there is to tell of the key, the announcement tells at every start
    }
}
