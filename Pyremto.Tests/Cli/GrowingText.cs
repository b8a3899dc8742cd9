using System.Text;

namespace Pyremto.Tests.Cli;

/// <summary>What a process prints, as it comes.</summary>
internal sealed class GrowingText
{
    private readonly StringBuilder _text = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ended;

    public string Text
    {
        get
        {
            lock (_text)
                return _text.ToString();
        }
    }

    /// <summary>Reads to the end.</summary>
    public async Task ReadAsync(TextReader reader)
    {
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer) is > 0 and var count)
            Add(buffer.AsSpan(0, count), ended: false);
        Add([], ended: true);
    }

    /// <summary>Waits until a text has come; answers all there is then.</summary>
    public async Task<string> WaitForAsync(string text)
    {
        while (true)
        {
            Task changed;
            bool ended;
            string now;
            lock (_text)
                (now, ended, changed) = (_text.ToString(), _ended, _changed.Task);
            if (now.Contains(text, StringComparison.Ordinal))
                return now;
            if (ended)
                throw new InvalidOperationException($"It ended without saying «{text}», but: {now}");
            await changed;
        }
    }

    private void Add(ReadOnlySpan<char> text, bool ended)
    {
        TaskCompletionSource changed;
        lock (_text)
        {
            _text.Append(text);
            _ended = ended;
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        changed.SetResult();
    }
}
