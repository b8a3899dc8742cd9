namespace Pyremto.Cli.Programs;

/// <summary>Gives jobs that run at the same time different numbers, the lowest that is free. Thread-safe.</summary>
internal sealed class SlotNumbers
{
    private readonly PriorityQueue<int, int> _free = new();
    private int _next;

    public int Take()
    {
        lock (_free)
            return _free.TryDequeue(out var number, out _) ? number : _next++;
    }

    public void GiveBack(int number)
    {
        lock (_free)
            _free.Enqueue(number, number);
    }
}
