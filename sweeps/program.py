"""The program of program.yaml: logistic regression in plain Python, on two noisy clouds of points."""

import math
import random

import sweepwright as sw

learning_rate = sw.params.get("learning_rate", 0.1)
batch_size = sw.params.get("batch_size", 16)
random.seed(sw.seed)


def point():
    label = random.randrange(2)
    return random.gauss(label, 0.7), random.gauss(label, 0.7), label


training, validation = [point() for _ in range(2000)], [point() for _ in range(500)]
weights = [0.0, 0.0, 0.0]


def predict(x, y):
    return 1 / (1 + math.exp(-(weights[0] * x + weights[1] * y + weights[2])))


def val_loss():
    return -sum(math.log(predict(x, y) if label else 1 - predict(x, y)) for x, y, label in validation) / len(validation)


for epoch in sw.epochs(5):
    random.shuffle(training)
    for start in range(0, len(training), batch_size):
        batch = training[start : start + batch_size]
        errors = [(predict(x, y) - label, x, y) for x, y, label in batch]
        for index, gradient in enumerate((lambda e, x, y: e * x, lambda e, x, y: e * y, lambda e, x, y: e)):
            weights[index] -= learning_rate * sum(gradient(*error) for error in errors) / len(batch)
    if sw.report(val_loss=val_loss()):
        break
