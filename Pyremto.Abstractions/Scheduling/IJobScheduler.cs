namespace Pyremto;

/// <summary>
/// What anyone may ask of a coordinator. The scheduler implements it in its own process; each transport has a client that implements
/// it elsewhere and a server that exposes one. Code that sees only this cannot tell where it runs. All members are thread-safe.
/// </summary>
public interface IJobScheduler : IWorkExchange, ITagReader, ITagOwner;
