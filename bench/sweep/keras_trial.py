"""One trial of the benchmark's sweep with Keras, on the same images as ours."""
import os

import numpy


def read_idx(path, rank):
    content = numpy.fromfile(path, dtype=numpy.uint8)
    shape = [int.from_bytes(content[4 + 4 * axis : 8 + 4 * axis].tobytes(), "big") for axis in range(rank)]
    return content[4 + 4 * rank :].reshape(shape)


def read_images(folder, size):
    """(images, labels) for training and for validation, resized once for all trials of a process."""
    import tensorflow

    parts = []
    for name in ("train", "t10k"):
        pixels = read_idx(os.path.join(folder, f"{name}-images-idx3-ubyte"), 3)[..., None].astype("float32")
        resized = tensorflow.image.resize(pixels, (size, size)).numpy()
        labels = read_idx(os.path.join(folder, f"{name}-labels-idx1-ubyte"), 1)
        parts.append((numpy.repeat(resized, 3, axis=3), numpy.eye(10, dtype="float32")[labels]))
    return parts


def train(params, parts, epochs, on_epoch):
    """Trains one trial, calls on_epoch(epoch, val_accuracy) after each epoch, and returns the best val_accuracy."""
    import keras

    (images, labels), validation = parts
    keras.backend.clear_session()
    keras.utils.set_random_seed(0)
    build = getattr(keras.applications, "EfficientNet" + params["backbone"].upper())
    model = build(weights=None, input_shape=images.shape[1:], classes=10, classifier_activation=None)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            # With the usual 0.99, the moving statistics have not settled after so few steps, and accuracy would be meaningless.
            layer.momentum = 0.9
    model.compile(
        optimizer=keras.optimizers.Adam(params["learning_rate"]),
        loss=keras.losses.CategoricalFocalCrossentropy(alpha=1.0, gamma=params["gamma"], from_logits=True),
        metrics=["accuracy"],
    )
    report = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: on_epoch(epoch + 1, float(logs["val_accuracy"]))
    )
    history = model.fit(
        images,
        labels,
        batch_size=params["batch_size"],
        epochs=epochs,
        validation_data=validation,
        callbacks=[report],
        verbose=0,
    )
    return max(map(float, history.history["val_accuracy"]))
