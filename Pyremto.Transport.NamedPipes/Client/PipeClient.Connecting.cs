namespace Pyremto;

/// <content>How it comes to a connection and comes back to one.</content>
internal sealed partial class PipeClient
{
    /// <summary>Begins to connect unless that is under way. Called under the lock.</summary>
    private void Connect()
    {
        if (_isConnecting)
            return;
        _isConnecting = true;
        var hasAnswered = _hasAnswered;
        _hasAnswered = false;
        _connecting = Task.Run(() => ConnectAsync(hasAnswered));
    }

    private async Task ConnectAsync(bool hasAnswered)
    {
        try
        {
            var connection = await _connector.ConnectAsync(this, Workers, hasAnswered, _closing.Token).ConfigureAwait(false);
            lock (_gate)
            {
                _isConnecting = false;
                if (_isClosed)
                {
                    connection.Close();
                    return;
                }
                _connection = connection;
                _session.Connected(connection.Welcome.MaxCalls, Now);
            }
            LogConnected(_logger, _name);
            connection.Start();
            SendQueued(connection);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The client was closed.
        }
        catch (Exception error)
        {
            // A refusal, which trying again would not change.
            LogRefused(_logger, _name, error.Message);
            List<PendingCall> ended;
            lock (_gate)
            {
                _isConnecting = false;
                ended = _session.EndAll();
            }
            Fail(ended, error);
        }
    }

    private string[] Workers()
    {
        lock (_gate)
            return [.. _workers];
    }
}
