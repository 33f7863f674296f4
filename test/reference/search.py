"""Writes search.json: what samplers compute, by SciPy and Optuna. Needs `pip install optuna cmaes scipy torch`.

    python3 test/reference/search.py
"""

import json
import pathlib

import cmaes
import numpy as np
import torch
from optuna._gp import acqf, gp
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from scipy import special, stats
from scipy.stats import qmc

SOBOL_DIMENSIONS = [0, 1, 2, 5, 50, 99]
SIGMAS = [-30.0, -8.0, -3.0, -1.0, -0.2, 0.0, 0.7, 2.5, 6.0]
SHARES = [1e-9, 0.001, 0.02, 0.3, 0.5, 0.77, 0.999]


def rounded(array) -> list[float]:
    return [float(f"{value:.14g}") for value in np.asarray(array, dtype=np.float64).reshape(-1)]


def sobol() -> dict:
    points = qmc.Sobol(100, scramble=False, bits=32).random(64)[:, SOBOL_DIMENSIONS]
    # SciPy goes through the sequence in the order of Gray codes: its point k has the index k ^ (k >> 1).
    return {"dimensions": SOBOL_DIMENSIONS, "points": [rounded(point) for point in points]}


def normal() -> dict:
    return {
        "z": SIGMAS,
        "cdf": rounded(stats.norm.cdf(SIGMAS)),
        "log_cdf": rounded(stats.norm.logcdf(SIGMAS)),
        "erfcx": rounded(special.erfcx(np.abs(SIGMAS))),
        "shares": SHARES,
        "quantiles": rounded(stats.norm.ppf(SHARES)),
    }


def beta() -> list[dict]:
    return [
        {"a": a, "b": b, "shares": SHARES, "quantiles": rounded(stats.beta.ppf(SHARES, a, b))}
        for a, b in [(1, 1), (2, 5), (0.5, 0.5), (30, 3)]
    ]


def gaussian_process() -> dict:
    """Posterior of a process with two ordered axes and a categorical one, and the acquisition, which Optuna maximises."""
    rng = np.random.default_rng(7)
    inputs = np.column_stack([rng.random((12, 2)), rng.integers(0, 3, 12)]).round(6)
    values = (np.sin(5 * inputs[:, 0]) + inputs[:, 1] ** 2 - 0.4 * inputs[:, 2]).round(6)
    values = ((values - values.mean()) / values.std()).round(6)
    lengths, scale, noise = [0.3, 0.9, 1.7], 1.4, 0.02
    process = gp.GPRegressor(
        is_categorical=torch.tensor([False, False, True]),
        X_train=torch.from_numpy(inputs),
        y_train=torch.from_numpy(-values),
        inverse_squared_lengthscales=torch.tensor([length**-2 for length in lengths], dtype=torch.float64),
        kernel_scale=torch.tensor(scale, dtype=torch.float64),
        noise_var=torch.tensor(noise, dtype=torch.float64),
    )
    likelihood = float(process.marginal_log_likelihood())
    process._cache_matrix()
    at = np.column_stack([rng.random((6, 2)), rng.integers(0, 3, 6)]).round(6)
    mean, variance = process.posterior(torch.from_numpy(at))
    improvement = acqf.logei(mean=mean, var=variance.clone(), f0=float(-values.min()))
    return {
        "inputs": inputs.tolist(),
        "values": values.tolist(),
        "lengths": lengths,
        "scale": scale,
        "noise": noise,
        # Optuna leaves the constant out.
        "log_likelihood": likelihood,
        "at": at.tolist(),
        "mean": rounded(-mean),
        "variance": rounded(variance),
        "log_improvement": rounded(improvement),
    }


def log_improvement() -> dict:
    """log h(z) with h(z) = density(z) + z cdf(z), the improvement in units of the standard deviation."""
    z = [-60.0, -12.0, -5.0, -1.5, -0.9, 0.0, 2.0, 9.0]
    return {"z": z, "log_h": rounded(acqf.standard_logei(torch.tensor(z, dtype=torch.float64)))}


def parzen() -> dict:
    rng = np.random.default_rng(3)
    space = {"rate": FloatDistribution(0, 1), "kind": CategoricalDistribution([0, 1, 2])}
    observed = {"rate": rng.random(9).round(6), "kind": rng.integers(0, 3, 9).astype(np.float64)}
    weights = (0.5 + rng.random(9)).round(6)
    estimator = _ParzenEstimator(
        observed,
        space,
        _ParzenEstimatorParameters(1.0, True, False, lambda n: weights[:n], True),
    )
    at = {"rate": np.array([0.01, 0.2, 0.5, 0.83, 1.0]), "kind": np.array([0.0, 1.0, 2.0, 1.0, 0.0])}
    return {
        "observed": np.column_stack([observed["rate"], observed["kind"]]).tolist(),
        "weights": weights.tolist(),
        "at": np.column_stack([at["rate"], at["kind"]]).tolist(),
        "log_density": rounded(estimator.log_pdf(at)),
    }


def cma() -> dict:
    """The state of CMA-ES after three generations, each of points that are ranked by their distance from a corner."""
    rng = np.random.default_rng(5)
    start = np.array([0.4, 0.5, 0.7])
    strategy = cmaes.CMA(mean=start, sigma=0.25)
    generations = []
    for _ in range(3):
        points = (0.5 + 0.2 * rng.standard_normal((strategy.population_size, 3))).round(6)
        points = points[np.argsort(((points - [0.2, 0.9, 0.5]) ** 2).sum(1))]
        strategy.tell([(point, float(rank)) for rank, point in enumerate(points)])
        generations.append(points.tolist())
    return {
        "start": start.tolist(),
        "generations": generations,
        "mean": rounded(strategy._mean),
        "step": float(strategy._sigma),
        "shape": rounded(strategy._C),
    }


reference = {
    "sobol": sobol(),
    "normal": normal(),
    "beta": beta(),
    "gaussian_process": gaussian_process(),
    "log_improvement": log_improvement(),
    "parzen": parzen(),
    "cma": cma(),
}
path = pathlib.Path(__file__).with_name("search.json")
path.write_text(json.dumps(reference, indent=1) + "\n")
