using System.Reflection;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>Passes everything on to a scheduler, save that exchanges go through a function of the test.</summary>
internal class InterceptedScheduler : DispatchProxy
{
    private IJobScheduler _inner = null!;
    private Func<IJobScheduler, ExchangeRequest, CancellationToken, ValueTask<ExchangeAnswer>> _exchange = null!;

    public static IJobScheduler Around(
        IJobScheduler inner, Func<IJobScheduler, ExchangeRequest, CancellationToken, ValueTask<ExchangeAnswer>> exchange)
    {
        var proxy = Create<IJobScheduler, InterceptedScheduler>();
        ((InterceptedScheduler)(object)proxy)._inner = inner;
        ((InterceptedScheduler)(object)proxy)._exchange = exchange;
        return proxy;
    }

#pragma warning disable CA2012 // A proxy passes every answer on as an object.
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == nameof(IWorkExchange.ExchangeAsync)
            ? _exchange(_inner, (ExchangeRequest)args![0]!, (CancellationToken)args[1]!)
            : targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);
#pragma warning restore CA2012
}
