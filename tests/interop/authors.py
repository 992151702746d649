"""Networks as the authors of ExpandNets save them: their names, random numbers, made without the trainer.

conv1, conv2 and conv3 with 7x7 kernels, each followed by a norm, then fc1 and fc2, for 32x32 images in colour. An expanded
layer is a Sequential of linear maps. The first hidden width of the colour input stays at three, as in their models.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

SPEC = (
    "conv 8 k7; norm; relu; pool 2; conv 16 k7; norm; relu; pool 2; conv 32 k7; norm; relu; pool 2; "
    "flatten; dense 64; relu; dense 10"
)
CONVS = {"conv1": (3, 8), "conv2": (8, 16), "conv3": (16, 32)}
DENSES = {"fc1": (512, 64), "fc2": (64, 10)}


def widths(rule: str | None, layer: str, inputs: int, outputs: int, rate: int) -> list[tuple[int, int, int]]:
    """Inputs, outputs and kernel of each map of a layer."""
    first = inputs if layer == "conv1" else rate * inputs
    if rule == "CL":
        return [(inputs, first, 1), (first, rate * outputs, 7), (rate * outputs, outputs, 1)]
    if rule == "CK":
        return [(inputs, first, 3), (first, rate * outputs, 3), (rate * outputs, outputs, 3)]
    if rule == "FC":
        return [(inputs, rate * inputs, 1), (rate * inputs, rate * outputs, 1), (rate * outputs, outputs, 1)]
    return [(inputs, outputs, 7 if layer.startswith("conv") else 1)]


def random_network(
    conv: str | None, dense: bool, rate: int, generator: np.random.Generator, prefix: str = ""
) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Tensors as after training on several cards, and the metadata that reading needs."""
    tensors: dict[str, np.ndarray] = {}

    def draw(name: str, *shape: int, scale: float) -> None:
        tensors[prefix + name] = generator.normal(0, scale, shape).astype(np.float32)

    for layer, (inputs, outputs) in {**CONVS, **DENSES}.items():
        is_conv = layer in CONVS
        rule = conv if is_conv else "FC" if dense and layer == "fc1" else None
        maps = widths(rule, layer, inputs, outputs, rate)
        for i, (m, n, kernel) in enumerate(maps):
            name = layer if len(maps) == 1 else f"{layer}.{i}"
            draw(f"{name}.weight", *((n, m, kernel, kernel) if is_conv else (n, m)), scale=(m * kernel * kernel) ** -0.5)
            draw(f"{name}.bias", n, scale=0.3)
        if is_conv:
            draw(f"{layer}_bn.weight", outputs, scale=0.5)
            draw(f"{layer}_bn.bias", outputs, scale=0.5)
            draw(f"{layer}_bn.running_mean", outputs, scale=0.5)
            tensors[f"{prefix}{layer}_bn.running_var"] = generator.uniform(0.2, 3, outputs).astype(np.float32)
            tensors[f"{prefix}{layer}_bn.num_batches_tracked"] = np.array(58_500, np.int64)
    expansion = {"conv": conv, "dense": dense, "rate": rate, "expand_input": False}
    compact = conv is None and not dense
    return tensors, {"format": "expandnets/1", "spec": SPEC, "expansion": json.dumps(None if compact else expansion)}


def write(path: Path, tensors: dict[str, np.ndarray], metadata: dict[str, str]) -> Path:
    save_file(tensors, path, metadata)
    return path
