"""Writes losses.json: Keras' focal losses and PyTorch's cross-entropy, with gradients, on logits from recipe.py.

    CUDA_VISIBLE_DEVICES= /opt/ref-venv/bin/python test/reference/losses.py
"""

import json
import pathlib

import keras
import numpy as np
import tensorflow as tf
import torch

import recipe

BATCH, CLASSES = 4, 3
LOGITS = (12 * recipe.uniform("logits", BATCH * CLASSES) - 6).reshape(BATCH, CLASSES).astype(np.float32)
LABELS = np.array([0, 2, 1, 1])
ONE_HOT = np.eye(CLASSES, dtype=np.float32)[LABELS]
MULTI = np.array([[1, 0, 1], [0, 0, 0], [1, 1, 1], [0, 1, 0]], np.float32)
ALPHA = np.array([0.25, 0.6, 0.9], np.float32)


def rounded(array) -> list[float]:
    return [float(f"{value:.8g}") for value in np.asarray(array).reshape(-1)]


def by_keras(targets, loss) -> dict:
    """Losses per sample, and the gradient of their sum in the logits."""
    logits = tf.Variable(LOGITS)
    with tf.GradientTape() as tape:
        losses = loss(targets, logits)
        total = tf.reduce_sum(losses)
    return {"losses": rounded(losses), "gradients": rounded(tape.gradient(total, logits))}


def softmax_focal(gamma: float, alpha, smoothing: float) -> dict:
    function = keras.losses.categorical_focal_crossentropy
    return by_keras(
        ONE_HOT,
        lambda y, x: function(y, x, alpha=alpha, gamma=gamma, from_logits=True, label_smoothing=smoothing),
    )


def sigmoid_focal(targets, gamma: float, alpha: float | None) -> dict:
    """Keras' mean over the classes, times their number: equals the sum in TensorFlow Addons' SigmoidFocalCrossEntropy."""
    function = keras.losses.binary_focal_crossentropy
    balance = {} if alpha is None else {"apply_class_balancing": True, "alpha": alpha}
    return by_keras(targets, lambda y, x: CLASSES * function(y, x, gamma=gamma, from_logits=True, **balance))


def cross_entropy(smoothing: float) -> dict:
    logits = torch.tensor(LOGITS, requires_grad=True)
    function = torch.nn.functional.cross_entropy
    losses = function(logits, torch.tensor(LABELS), reduction="none", label_smoothing=smoothing)
    losses.sum().backward()
    return {"losses": rounded(losses.detach().numpy()), "gradients": rounded(logits.grad.numpy())}


if __name__ == "__main__":
    expected = {
        "crossEntropy": cross_entropy(0),
        "smoothedCrossEntropy": cross_entropy(0.1),
        "focal": softmax_focal(2, 1, 0),
        "smoothedFocal": softmax_focal(1.5, 1, 0.2),
        "weightedFocal": softmax_focal(2, ALPHA, 0),
        "weightedSmoothedFocal": softmax_focal(0.5, ALPHA, 0.1),
        "sigmoidFocal": sigmoid_focal(ONE_HOT, 2, 0.25),
        "sigmoidFocalMulti": sigmoid_focal(MULTI, 1.5, 0.25),
        "sigmoidFocalUnbalanced": sigmoid_focal(MULTI, 2, None),
    }
    pathlib.Path(__file__).with_name("losses.json").write_text(json.dumps(expected) + "\n")
