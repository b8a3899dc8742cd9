using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Pyremto;

/// <summary>Makes the options of one mapping: the configuration, then what the services say, then its own call.</summary>
internal static class HttpOptionsFactory
{
    /// <exception cref="OptionsValidationException">A value is out of its range.</exception>
    public static PyremtoHttpOptions Create(IServiceProvider services, Action<PyremtoHttpOptions>? configure)
    {
        var bind = new ConfigureOptions<PyremtoHttpOptions>(
            options => services.GetService<IConfiguration>()?.GetSection(PyremtoHttpOptions.SectionName).Bind(options));
        return new OptionsFactory<PyremtoHttpOptions>(
            [bind, .. services.GetServices<IConfigureOptions<PyremtoHttpOptions>>(), new ConfigureOptions<PyremtoHttpOptions>(configure)],
            services.GetServices<IPostConfigureOptions<PyremtoHttpOptions>>(),
            [new PyremtoHttpOptionsValidator(), new PyremtoHttpOptionsRules(), .. services.GetServices<IValidateOptions<PyremtoHttpOptions>>()])
            .Create(Options.DefaultName);
    }
}
