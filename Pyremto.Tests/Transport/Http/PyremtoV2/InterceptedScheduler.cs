using System.Reflection;
using Microsoft.AspNetCore.Http;

namespace Pyremto.Tests.Transport.Http.PyremtoV2;

/// <summary>Passes everything on to a scheduler; exchanges that come from HTTP go by way of the test.</summary>
public class InterceptedScheduler : DispatchProxy
{
    private Func<Func<ValueTask<ExchangeAnswer>>, ValueTask<ExchangeAnswer>> _onExchange = exchange => exchange();
    private IJobScheduler? _inner;

    internal static IJobScheduler Over(
        IJobScheduler inner, IHttpContextAccessor http, Func<HttpContext, Func<ValueTask<ExchangeAnswer>>, ValueTask<ExchangeAnswer>> onExchange)
    {
        var scheduler = Create<IJobScheduler, InterceptedScheduler>();
        var proxy = (InterceptedScheduler)(object)scheduler;
        proxy._inner = inner;
        proxy._onExchange = exchange => http.HttpContext is { } context ? onExchange(context, exchange) : exchange();
        return scheduler;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        args is [ExchangeRequest request, CancellationToken token]
            ? Box(_onExchange(() => _inner!.ExchangeAsync(request, token)))
            : targetMethod!.Invoke(_inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);

    private static object Box(ValueTask<ExchangeAnswer> answer) => answer;
}
