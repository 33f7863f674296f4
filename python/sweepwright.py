"""Reports a training script's epochs to Sweepwright, and gets its parameters from it.

    import sweepwright as sw

    lr = sw.params.get("lr", 0.01)
    for epoch in sw.epochs(10):
        val_loss = train_one_epoch(lr)
        if sw.report(val_loss=val_loss):
            break

Outside a sweep every call works as in a plain script: `params` is empty, `report` prints and never stops. The protocol behind it
is described in docs/program-protocol.md. Needs Python 3.8 or newer and no package.
"""

import json
import os
import socket
import sys
import threading
import time
from typing import Any, Dict, Iterator, Mapping, Optional, Union

__all__ = [
    "Stop",
    "active",
    "checkpoint",
    "checkpoint_dir",
    "dataset",
    "device",
    "epochs",
    "params",
    "progress",
    "report",
    "report_or_stop",
    "resumed_epoch",
    "save",
    "seed",
    "warn",
]


class Stop(SystemExit):
    """Raised by `report_or_stop`. A script that does not catch it ends with status 0."""

    def __init__(self) -> None:
        super().__init__(0)


def _read_trial() -> Dict[str, Any]:
    path = os.environ.get("SWEEPWRIGHT_TRIAL")
    if path is None:
        return {}
    with open(path, encoding="utf-8") as file:
        return json.load(file)


_trial = _read_trial()

#: Whether the script runs in a sweep.
active: bool = bool(_trial)
#: The trial's parameters, nested ones as dictionaries; empty outside a sweep.
params: Dict[str, Any] = _trial.get("params", {})
#: Derive every random choice from it. 0 outside a sweep.
seed: int = _trial.get("seed", 0)
#: `cpu:0`, `gpu:1`, ...; the only device that the script sees.
device: str = _trial.get("device", "cpu:0")
#: `dataset` of the sweep file as an absolute path; `None` where it is not set.
dataset: Optional[str] = _trial.get("dataset")
#: A folder of the trial's own, kept between attempts. `checkpoints` outside a sweep, which the script has to make.
checkpoint_dir: str = _trial.get("checkpoint_dir", "checkpoints")
#: Path of the checkpoint to go on from, as `save` named it; `None` for a start from the first epoch.
checkpoint: Optional[str] = _trial.get("checkpoint")
#: The epoch after which `checkpoint` was saved; 0 without one.
resumed_epoch: int = _trial.get("resumed_epoch", 0)

_PROGRESS_INTERVAL_S = 0.05


class _Connection:
    """The connection to the sweep, made at the first call, and again in a process that was forked."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._pid: Optional[int] = None
        self._socket: Optional[socket.socket] = None
        self._answers: Any = None

    def send(self, message: Mapping[str, Any]) -> None:
        with self._lock:
            self._connect().sendall((json.dumps(message) + "\n").encode("utf-8"))

    def ask(self, message: Mapping[str, Any]) -> Dict[str, Any]:
        with self._lock:
            self.send(message)
            line = self._answers.readline()
        if not line:
            raise ConnectionError("the sweep has ended")
        answer: Dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer

    def _connect(self) -> socket.socket:
        if self._socket is None or self._pid != os.getpid():
            self._pid = os.getpid()
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._socket.connect(os.environ["SWEEPWRIGHT_SOCKET"])
            self._answers = self._socket.makefile("r", encoding="utf-8")
        return self._socket


_connection = _Connection()
_epoch = 0
_epochs: Optional[int] = None
_in_epochs = False
_saved: Optional[str] = None
_stopped = False
_progress_at = 0.0


def epochs(count: int) -> Iterator[int]:
    """The epochs to train, counted from 1: those after `resumed_epoch`. Ends early when a report is answered with a stop."""
    global _epoch, _epochs, _in_epochs
    _epochs = count
    for number in range(resumed_epoch + 1, count + 1):
        if _stopped:
            return
        _epoch, _in_epochs = number, True
        yield number


def report(metrics: Optional[Mapping[str, Any]] = None, *, epoch: Optional[int] = None, **more: Any) -> bool:
    """Records an epoch, and waits until it is on disk. Returns whether to stop.

    `metrics` and the keywords are numbers, also those of NumPy and PyTorch. `epoch` is by default that of `epochs`, else one more
    than the last, counted from 1: a script that goes on from a checkpoint without `epochs` gives it.
    """
    global _epoch, _in_epochs, _saved, _stopped
    values = {name: _number(name, value) for name, value in {**(metrics or {}), **more}.items()}
    if epoch is None and _in_epochs:
        epoch = _epoch
    _in_epochs = False
    if not active:
        epoch = _epoch = _epoch + 1 if epoch is None else epoch
        print(f"epoch {epoch}: " + " ".join(f"{name}={value:.6g}" for name, value in values.items()), flush=True)
        return False
    message: Dict[str, Any] = {"type": "report", "metrics": values}
    if epoch is not None:
        message["epoch"] = epoch
    if _saved is not None:
        message["checkpoint"], _saved = _saved, None
    rank = os.environ.get("RANK")
    if rank is not None and rank.isdigit():
        message["rank"] = int(rank)
    answer = _connection.ask(message)
    _epoch, _stopped = answer["epoch"], answer["decision"] == "stop"
    return _stopped


def report_or_stop(metrics: Optional[Mapping[str, Any]] = None, *, epoch: Optional[int] = None, **more: Any) -> None:
    """As `report`, and raises `Stop` where that returns True."""
    if report(metrics, epoch=epoch, **more):
        raise Stop()


def progress(step: int, steps: int) -> None:
    """Says how far the epoch is: cheap enough for every step. From the first call on, a trial that falls silent counts as hung."""
    global _progress_at
    now = time.monotonic()
    if not active or (now - _progress_at < _PROGRESS_INTERVAL_S and step < steps):
        return
    _progress_at = now
    epoch = _epoch if _in_epochs else _epoch + 1
    message: Dict[str, Any] = {"type": "progress", "epoch": epoch, "step": step, "steps": steps}
    if _epochs is not None:
        message["epochs"] = _epochs
    _connection.send(message)


def save(path: Union[str, "os.PathLike[str]"]) -> None:
    """Names the checkpoint of the next report: a complete file in `checkpoint_dir`."""
    global _saved
    _saved = os.path.abspath(os.fspath(path))


def warn(message: str) -> None:
    """Shows a message to the user without ending the trial."""
    if active:
        _connection.send({"type": "warn", "message": message})
    else:
        print(f"warning: {message}", file=sys.stderr)


def _number(name: str, value: Any) -> float:
    if isinstance(value, (str, bytes)):
        raise TypeError(f"the metric {name} must be a number, not {value!r}")
    try:
        return float(value)
    except (TypeError, ValueError):
        raise TypeError(f"the metric {name} must be a number, not {value!r}") from None
