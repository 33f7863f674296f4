"""Writes adam.json: 20 steps of Keras' Adam on a small problem, the gradients of which are made by recipe.py.

    CUDA_VISIBLE_DEVICES= /opt/ref-venv/bin/python test/reference/adam.py
"""

import json
import pathlib

import keras
import numpy as np

import recipe

STEPS = 20
SIZE = 6
LEARNING_RATE = 0.01


def gradient(step: int) -> np.ndarray:
    """Of sizes from 1e-6 to 1: epsilon decides about the small ones."""
    return ((2 * recipe.uniform(f"gradient {step}", SIZE) - 1) * 10.0 ** -np.arange(SIZE)).astype(np.float32)


if __name__ == "__main__":
    weight = keras.Variable(recipe.uniform("start", SIZE).astype(np.float32))
    optimizer = keras.optimizers.Adam(LEARNING_RATE)
    path = []
    for step in range(STEPS):
        optimizer.apply([keras.ops.convert_to_tensor(gradient(step))], [weight])
        path.append([float(f"{value:.8g}") for value in weight.numpy()])
    expected = {"learningRate": LEARNING_RATE, "path": path}
    pathlib.Path(__file__).with_name("adam.json").write_text(json.dumps(expected) + "\n")
