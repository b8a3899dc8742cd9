"""Stands for something expensive: the error of a model for a learning rate, as a JSON object on the last line.

When it is told to stop (SIGTERM) it leaves what it has, which then is the result.
"""
import argparse
import json
import signal
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, required=True)
parser.add_argument("--epochs", type=int, default=10)
arguments = parser.parse_args()

stopped = False


def stop(number, frame):
    global stopped
    stopped = True


signal.signal(signal.SIGTERM, stop)
error = 1.0
for epoch in range(arguments.epochs):
    if stopped:
        break
    time.sleep(0.05)
    error *= 1 - min(arguments.lr, 2 - arguments.lr)
    print(f"epoch {epoch}: error {error}", file=sys.stderr)
print(json.dumps({"error": error, "epochs": epoch + (not stopped)}))
