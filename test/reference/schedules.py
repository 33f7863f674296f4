"""Writes schedules.json: learning rates of PyTorch's schedulers, step by step (epoch by epoch for ReduceLROnPlateau).

    /opt/ref-venv/bin/python test/reference/schedules.py
"""

import json
import pathlib

import torch
from torch.optim import lr_scheduler as schedulers

import recipe

STEPS, STEPS_PER_EPOCH, RATE = 200, 10, 0.1


def rates(create, steps: int = STEPS) -> list[float]:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], RATE)
    scheduler = create(optimizer)
    seen = []
    for _ in range(steps):
        seen.append(float(f"{optimizer.param_groups[0]['lr']:.9g}"))
        optimizer.step()
        scheduler.step()
    return seen


def plateau(losses: list[float]) -> list[float]:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], RATE)
    scheduler = schedulers.ReduceLROnPlateau(optimizer, factor=0.5, patience=2)
    seen = []
    for loss in losses:
        seen.append(float(f"{optimizer.param_groups[0]['lr']:.9g}"))
        scheduler.step(loss)
    return seen


def warmed_cosine(optimizer):
    warmup = schedulers.LinearLR(optimizer, start_factor=1 / 26, total_iters=25)
    cosine = schedulers.CosineAnnealingLR(optimizer, STEPS - 25, eta_min=0.001)
    return schedulers.SequentialLR(optimizer, [warmup, cosine], [25])


if __name__ == "__main__":
    losses = [float(f"{1 / (epoch + 1) + 0.3 * noise:.6g}") for epoch, noise in enumerate(recipe.uniform("losses", 40))]
    expected = {
        "losses": losses,
        "plateau": plateau(losses),
        "cosine": rates(lambda o: schedulers.CosineAnnealingLR(o, STEPS, eta_min=0.001)),
        "warmedCosine": rates(warmed_cosine),
        "cosineRestarts": rates(lambda o: schedulers.CosineAnnealingWarmRestarts(o, 20, T_mult=2, eta_min=0.001)),
        "cosineRestartsEven": rates(lambda o: schedulers.CosineAnnealingWarmRestarts(o, 30)),
        # The scheduler refuses to go past its last step.
        "oneCycle": rates(lambda o: schedulers.OneCycleLR(o, RATE, total_steps=STEPS), STEPS - 1),
        "exponential": rates(lambda o: schedulers.ExponentialLR(o, 0.9 ** (1 / STEPS_PER_EPOCH))),
        "step": rates(lambda o: schedulers.StepLR(o, 3 * STEPS_PER_EPOCH, gamma=0.3)),
    }
    pathlib.Path(__file__).with_name("schedules.json").write_text(json.dumps(expected) + "\n")
