"""Optuna behind the protocol of ask-tell.ts: `optuna_ask_tell.py gp | tpe | cma-es | random`."""

import json
import sys
import warnings

import optuna

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
try:
    import torch

    torch.set_num_threads(1)
except ImportError:
    pass


def sampler_of(kind: str, seed: int):
    if kind == "gp":
        return optuna.samplers.GPSampler(seed=seed)
    if kind == "tpe":
        return optuna.samplers.TPESampler(seed=seed, multivariate=True, constant_liar=True)
    if kind == "cma-es":
        return optuna.samplers.CmaEsSampler(seed=seed)
    return optuna.samplers.RandomSampler(seed=seed)


def suggest(trial, axis: dict):
    name = axis["name"]
    if axis["type"] == "categorical":
        return trial.suggest_categorical(name, axis["values"])
    if axis["type"] == "ordinal":
        return axis["values"][trial.suggest_int(name, 0, len(axis["values"]) - 1)]
    if axis["type"] == "int":
        return trial.suggest_int(name, axis["low"], axis["high"], log=axis["log"])
    return trial.suggest_float(name, axis["low"], axis["high"], log=axis["log"])


study, space, trials = None, [], {}
for line in sys.stdin:
    message = json.loads(line)
    answer = {"ok": True}
    if message["op"] == "start":
        study = optuna.create_study(sampler=sampler_of(sys.argv[1], message["seed"]))
        space, trials = message["space"], {}
    elif message["op"] == "ask":
        trial = study.ask()
        trials[trial.number] = trial
        answer = {"id": trial.number, "params": {axis["name"]: suggest(trial, axis) for axis in space}}
    elif message["op"] == "tell":
        failed = message["state"] == "failed"
        state = optuna.trial.TrialState.FAIL if failed else None
        study.tell(trials[message["id"]], None if failed else message["value"], state=state)
    print(json.dumps(answer), flush=True)
