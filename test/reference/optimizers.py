"""Writes optimizers.json: 20 steps of Keras' and PyTorch's optimizers on gradients from recipe.py.

    CUDA_VISIBLE_DEVICES= /opt/ref-venv/bin/python test/reference/optimizers.py
"""

import json
import pathlib

import keras
import numpy as np
import tensorflow as tf
import torch

import recipe

STEPS = 20
SHAPES = {"kernel": (2, 3), "bias": (4,)}
LEARNING_RATE = 0.01


def start(name: str) -> np.ndarray:
    return recipe.uniform(f"start {name}", int(np.prod(SHAPES[name]))).reshape(SHAPES[name]).astype(np.float32)


def gradient(step: int, name: str) -> np.ndarray:
    """Gradients of sizes from 1e-5 to 1. Epsilon matters for the small ones."""
    size = int(np.prod(SHAPES[name]))
    values = (2 * recipe.uniform(f"gradient {step} {name}", size) - 1) * 10.0 ** -np.arange(size)
    return values.reshape(SHAPES[name]).astype(np.float32)


def flat(arrays) -> list[float]:
    return [float(f"{value:.8g}") for array in arrays for value in np.asarray(array).reshape(-1)]


def keras_path(optimizer) -> list[list[float]]:
    variables = [keras.Variable(start(name)) for name in SHAPES]
    path = []
    for step in range(STEPS):
        optimizer.apply([keras.ops.convert_to_tensor(gradient(step, name)) for name in SHAPES], variables)
        path.append(flat(variable.numpy() for variable in variables))
    return path


def torch_path(create, weight_decay: float = 0) -> list[list[float]]:
    """Weight decay for the kernel only."""
    parameters = {name: torch.nn.Parameter(torch.tensor(start(name))) for name in SHAPES}
    optimizer = create(
        [
            {"params": [parameters["kernel"]], "weight_decay": weight_decay},
            {"params": [parameters["bias"]], "weight_decay": 0},
        ]
    )
    path = []
    for step in range(STEPS):
        for name, parameter in parameters.items():
            parameter.grad = torch.tensor(gradient(step, name))
        optimizer.step()
        path.append(flat(parameter.detach().numpy() for parameter in parameters.values()))
    return path


def average_path(decay: float) -> list[list[float]]:
    """TensorFlow's moving average of weights trained with plain gradient descent."""
    variables = [tf.Variable(start(name)) for name in SHAPES]
    path = []
    steps = tf.Variable(0)
    average = tf.train.ExponentialMovingAverage(decay, num_updates=steps)
    average.apply(variables)
    # The first call initializes the averages with the variables' values.
    for step in range(STEPS):
        steps.assign(step)
        for variable, name in zip(variables, SHAPES):
            variable.assign_sub(LEARNING_RATE * gradient(step, name))
        average.apply(variables)
        path.append(flat(average.average(variable).numpy() for variable in variables))
    return path


if __name__ == "__main__":
    lr = LEARNING_RATE
    optim = torch.optim
    expected = {
        "sgd": torch_path(lambda p: optim.SGD(p, lr, momentum=0.9)),
        "sgdNesterov": torch_path(lambda p: optim.SGD(p, lr, momentum=0.9, nesterov=True)),
        "sgdWeightDecay": torch_path(lambda p: optim.SGD(p, lr, momentum=0.9), 0.1),
        "rmsprop": keras_path(keras.optimizers.RMSprop(lr, rho=0.9)),
        "rmspropMomentum": keras_path(keras.optimizers.RMSprop(lr, rho=0.9, momentum=0.5)),
        "adam": keras_path(keras.optimizers.Adam(lr)),
        "adamClipped": keras_path(keras.optimizers.Adam(lr, global_clipnorm=0.5)),
        "adamWeightDecay": torch_path(lambda p: optim.Adam(p, lr, eps=1e-12), 0.1),
        "adamw": torch_path(lambda p: optim.AdamW(p, lr, eps=1e-12), 0.1),
        "radam": torch_path(lambda p: optim.RAdam(p, lr, eps=1e-7)),
        "radamWeightDecay": torch_path(lambda p: optim.RAdam(p, lr, eps=1e-7, decoupled_weight_decay=True), 0.1),
        "average": average_path(0.9),
    }
    file = pathlib.Path(__file__).with_name("optimizers.json")
    file.write_text(json.dumps({"learningRate": lr, "paths": expected}) + "\n")
