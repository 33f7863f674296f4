"""A stand-in for W&B's module of the same name, for sweeps of Sweepwright with `reporter: wandb`.

Scripts that call `wandb.init`, `wandb.config` and `wandb.log` run unchanged: parameters come from the sweep, metrics go to it, and
nothing goes over a network. Pictures, tables, files and the like are taken and not kept. A name that is missing here raises an
AttributeError that says so.
"""

import atexit
import os
from typing import Any, Dict, Iterator, List, Mapping, MutableMapping, Optional

import sweepwright as sw

__version__ = "0.31.0"


class Error(Exception):
    """W&B's class of errors; none is raised here but for what a stand-in cannot do."""


class CommError(Error):
    pass


class UsageError(Error):
    pass


_noted = set()


def _note(message: str) -> None:
    """Says something once."""
    if message not in _noted:
        _noted.add(message)
        sw.warn(message)


class Config(MutableMapping[str, Any]):
    """Settings by name, also as attributes. Those of the sweep stay as the sweep says."""

    def __init__(self, locked: Mapping[str, Any]) -> None:
        object.__setattr__(self, "_locked", dict(locked))
        object.__setattr__(self, "_items", dict(locked))

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __setitem__(self, key: str, value: Any) -> None:
        if key not in self._locked:
            self._items[key] = value

    def __delitem__(self, key: str) -> None:
        del self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __getattr__(self, key: str) -> Any:
        try:
            return self._items[key]
        except KeyError:
            raise AttributeError(f"the configuration has no {key!r}") from None

    __setattr__ = __setitem__

    def __repr__(self) -> str:
        return repr(self._items)

    def update(self, d: Any = None, allow_val_change: Optional[bool] = None, **more: Any) -> None:  # type: ignore[override]
        for key, value in {**_as_mapping(d), **more}.items():
            self[key] = value

    def setdefaults(self, d: Any) -> None:
        for key, value in _as_mapping(d).items():
            self._items.setdefault(key, value)

    def as_dict(self) -> Dict[str, Any]:
        return dict(self._items)


def _as_mapping(written: Any) -> Dict[str, Any]:
    """Arguments of argparse, a mapping, or nothing."""
    if written is None:
        return {}
    if isinstance(written, Mapping):
        return dict(written)
    if hasattr(written, "__dict__"):
        return dict(vars(written))
    _note(f"wandb: a configuration of type {type(written).__name__} is left out")
    return {}


class Summary(Dict[str, Any]):
    """The last value of each metric, and what the script sets."""

    def __init__(self) -> None:
        super().__init__()
        self.written: Dict[str, Any] = {}

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        self.written[key] = value

    def update(self, d: Any = None, **more: Any) -> None:  # type: ignore[override]
        for key, value in {**_as_mapping(d), **more}.items():
            self[key] = value

    def log(self, metrics: Mapping[str, float]) -> None:
        super().update(metrics)

    def __getattr__(self, key: str) -> Any:
        try:
            return self[key]
        except KeyError:
            raise AttributeError(f"the summary has no {key!r}") from None


class Run:
    """The run of a trial. An epoch is recorded whenever the metric that ranks trials is logged, with all that was logged before."""

    def __init__(self, settings: Mapping[str, Any], config: Config, reports: bool) -> None:
        self.id: str = os.path.basename(sw.checkpoint_dir)
        self.name: str = settings.get("name") or self.id
        self.project: str = settings.get("project") or os.environ.get("WANDB_PROJECT", "sweepwright")
        self.entity: str = settings.get("entity") or os.environ.get("WANDB_ENTITY", "")
        self.group: Optional[str] = settings.get("group")
        self.job_type: Optional[str] = settings.get("job_type")
        self.notes: Optional[str] = settings.get("notes")
        self.tags = tuple(settings.get("tags") or ())
        self.sweep_id: Optional[str] = "sweepwright" if sw.active else None
        self.url: Optional[str] = None
        self.mode = "online"
        self.disabled = False
        self.resumed = False
        self.starting_step = 0
        self.step = 0
        self.config = config
        self.summary = Summary()
        self._reports = reports
        self._metric: Optional[str] = sw._trial.get("metric")
        self._row: Dict[str, float] = {}
        self._collected: Dict[str, float] = {}
        self._reported = False
        self._finished = False

    @property
    def dir(self) -> str:
        """A folder for files of the script."""
        path = os.path.join(sw.checkpoint_dir, "files")
        os.makedirs(path, exist_ok=True)
        return path

    @property
    def path(self) -> str:
        return f"{self.entity}/{self.project}/{self.id}"

    def log(
        self, data: Mapping[str, Any], step: Optional[int] = None, commit: Optional[bool] = None, sync: Any = None
    ) -> None:
        if not isinstance(data, Mapping):
            raise ValueError("wandb.log must be passed a dictionary")
        if step is not None:
            if step < self.step:
                _note(f"wandb: what is logged for a step before the last is left out (step {step} after {self.step})")
                return
            if step > self.step:
                self._complete()
                self.step = step
        self._row.update(_numbers(data))
        if commit is True or (commit is None and step is None):
            self._complete()
            self.step += 1

    def finish(self, exit_code: Optional[int] = None, quiet: Optional[bool] = None) -> None:
        if self._finished:
            return
        self._finished = True
        self._complete()
        final = {**self._collected, **_numbers(self.summary.written)}
        # A script that sets the metric in its summary alone, or never logs it, has one epoch.
        if final and not self._reported:
            self._report(final)

    def _complete(self) -> None:
        row, self._row = self._row, {}
        self.summary.log(row)
        self._collected.update(row)
        if self._metric in row:
            collected, self._collected = self._collected, {}
            self._report(collected)

    def _report(self, metrics: Mapping[str, float]) -> None:
        if not self._reports:
            return
        self._reported = True
        if sw.report(metrics) and not self._finished:
            raise sw.Stop()

    def define_metric(self, name: str, *args: Any, **kwargs: Any) -> "Media":
        return Media()

    def get_url(self) -> str:
        return ""

    get_sweep_url = get_project_url = get_url

    def project_name(self) -> str:
        return self.project

    def save(self, *args: Any, **kwargs: Any) -> List[str]:
        return []

    def watch(self, *args: Any, **kwargs: Any) -> None:
        """Gradients are not kept."""

    unwatch = alert = mark_preempting = log_code = display = status = watch

    def log_artifact(self, *args: Any, **kwargs: Any) -> "Media":
        _note("wandb: artifacts are not kept; name a checkpoint with sweepwright.save to keep it")
        return args[0] if args and isinstance(args[0], Media) else Media()

    log_model = link_artifact = link_model = upsert_artifact = finish_artifact = log_artifact

    def use_artifact(self, *args: Any, **kwargs: Any) -> "Media":
        raise Error("the stand-in for wandb has no artifacts to use: read the files themselves")

    use_model = restore = use_artifact

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *args: Any) -> None:
        self.finish()


def _numbers(data: Mapping[str, Any], prefix: str = "") -> Dict[str, float]:
    """The numbers of what is logged; those of nested mappings have names joined by dots, as W&B has them."""
    numbers: Dict[str, float] = {}
    for key, value in data.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            numbers.update(_numbers(value, f"{name}."))
        elif isinstance(value, (str, bytes, list, tuple)) or value is None or isinstance(value, Media):
            _note("wandb: what is logged and no number (pictures, tables, texts, ...) is not kept")
        else:
            try:
                numbers[name] = float(value)
            except (TypeError, ValueError):
                _note("wandb: what is logged and no number (pictures, tables, texts, ...) is not kept")
    return numbers


class Media:
    """Takes what W&B's class of that name takes, and keeps nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: Media()


class Artifact(Media):
    pass


class Audio(Media):
    pass


class Graph(Media):
    pass


class Histogram(Media):
    pass


class Html(Media):
    pass


class Image(Media):
    pass


class Molecule(Media):
    pass


class Object3D(Media):
    pass


class Plotly(Media):
    pass


class Settings(Media):
    pass


class Table(Media):
    """Rows, which the script may read again."""

    def __init__(self, columns: Optional[List[str]] = None, data: Any = None, **kwargs: Any) -> None:
        super().__init__()
        self.columns = list(columns or [])
        self.data = list(data) if data is not None else []

    def add_data(self, *row: Any) -> None:
        self.data.append(list(row))


class Video(Media):
    pass


class _Plot:
    def __getattr__(self, name: str) -> Any:
        return lambda *args, **kwargs: Media()


plot = _Plot()
run: Optional[Run] = None
config = Config(sw.params)
summary = Summary()


def init(project: Optional[str] = None, entity: Optional[str] = None, config: Any = None, **settings: Any) -> Run:
    """Begins the run of the trial. In a process beside the one that began first it is a run of its own, which is not recorded."""
    global run, summary
    if run is not None and not run._finished:
        run.config.update(config)
        return run
    reports = bool(sw._connection.ask({"type": "claim"})["reports"]) if sw.active else True
    if not reports:
        _note("wandb: several processes call wandb.init; the run that began first is recorded")
    merged = globals()["config"]
    merged.update(config)
    run = Run({"project": project, "entity": entity, **settings}, merged, reports)
    summary = run.summary
    return run


def _current() -> Run:
    if run is None:
        raise Error("You must call wandb.init() before wandb.log()")
    return run


def log(data: Mapping[str, Any], step: Optional[int] = None, commit: Optional[bool] = None, sync: Any = None) -> None:
    _current().log(data, step=step, commit=commit)


def finish(exit_code: Optional[int] = None, quiet: Optional[bool] = None) -> None:
    if run is not None:
        run.finish()


join = finish
atexit.register(finish)


def define_metric(*args: Any, **kwargs: Any) -> Media:
    return Media()


def login(*args: Any, **kwargs: Any) -> bool:
    return True


def setup(*args: Any, **kwargs: Any) -> None:
    """There is nothing to set up."""


watch = unwatch = alert = mark_preempting = teardown = termlog = termwarn = termerror = require = setup


def save(*args: Any, **kwargs: Any) -> List[str]:
    return []


def log_artifact(*args: Any, **kwargs: Any) -> Media:
    return _current().log_artifact(*args, **kwargs)


log_model = link_model = log_artifact


def use_artifact(*args: Any, **kwargs: Any) -> Media:
    return _current().use_artifact(*args, **kwargs)


use_model = restore = use_artifact


def agent(*args: Any, **kwargs: Any) -> None:
    raise Error("this script starts a sweep itself: put the sweep's configuration into a file, and run that with `sweep run`")


sweep = controller = agent


def __getattr__(name: str) -> Any:
    raise AttributeError(f"the stand-in for wandb of `reporter: wandb` has no {name!r}")
