"""Pseudo-random numbers computed from a name and an index. recipe.ts computes the same numbers in TypeScript."""

import re

import numpy as np

"""Gain by weight name: small where sums of many blocks or raw pixels would grow, large where swish and gates shrink the signal."""
GAINS = [
    (r"^block\d[b-z]_project_bn/gamma$", 0.2),
    (r"^(stem|block|top).*bn/gamma$", 1.1),
    (r"(_3_bn|_bn2)/gamma$", 0.25),
    (r"^(conv1_bn/gamma|predictions/kernel)$", 0.3),
    (r"", 1),
]


def uniform(name: str, count: int) -> np.ndarray:
    """`count` float64 numbers in [0, 1): a Weyl sequence that starts at the FNV-1a hash of the name, mixed by MurmurHash3's finalizer."""
    start = 2166136261
    for byte in name.encode():
        start = (start ^ byte) * 16777619 % 2**32
    x = (start + np.arange(count, dtype=np.uint64) * 0x9E3779B9).astype(np.uint32)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x85EBCA6B)
    x ^= x >> np.uint32(13)
    x *= np.uint32(0xC2B2AE35)
    x ^= x >> np.uint32(16)
    return x / 2.0**32


def pixels(shape: tuple[int, int, int, int]) -> np.ndarray:
    """Noise of whole numbers from 0 to 255, with a different brightness per image and channel."""
    noise = uniform("pixels", int(np.prod(shape))).reshape(shape)
    brightness = uniform("brightness", shape[0] * shape[3]).reshape(shape[0], 1, 1, shape[3])
    return np.floor(256 * noise * brightness).astype(np.float32)


def weight(name: str, shape: tuple[int, ...]) -> np.ndarray:
    """A weight by its Keras name. Kernels preserve the size of the signal; statistics are near those of a unit signal."""
    kind = name.split("/")[-1]
    u = uniform(name, int(np.prod(shape))).reshape(shape)
    if kind == "gamma":
        values = 0.48 + 0.96 * u
    elif kind == "moving_variance":
        values = 0.5 + u
    elif kind in ("beta", "bias", "moving_mean"):
        values = 0.4 * u - 0.2
    elif shape[-1] == 1:
        values = (2 * u - 1) * np.sqrt(6 / (shape[0] * shape[1]))
    else:
        values = (2 * u - 1) * np.sqrt(6 / np.prod(shape[:-1]))
    gain = next(gain for pattern, gain in GAINS if re.search(pattern, name))
    return (values * gain).astype(np.float32)


def digest(name: str, values: np.ndarray) -> list[float]:
    """Two numbers that identify an array: its norm, and its dot product with a fixed array of numbers in [-1, 1)."""
    flat = values.astype(np.float64).reshape(-1)
    return [float(np.linalg.norm(flat)), float(flat @ (2 * uniform(f"{name}/probe", flat.size) - 1))]
