"""A compact or expanded network evaluated with plain numpy from tensors under PyTorch's names.

Shares nothing with the trainer: it reads a network's text form itself and runs an expanded network map by map.
Batch norm uses its running statistics, and nothing is contracted here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import safe_open

EPSILON = 1e-5


@dataclass
class Network:
    """The content of a file: tensors by name, and the metadata, all of it text."""

    tensors: dict[str, np.ndarray]
    metadata: dict[str, str]

    @staticmethod
    def load(path: Path | str) -> Network:
        with safe_open(path, framework="numpy") as file:
            return Network({name: file.get_tensor(name) for name in file.keys()}, dict(file.metadata()))

    @property
    def parameters(self) -> int:
        return sum(value.size for name, value in self.tensors.items() if ".running_" not in name)

    @property
    def mean_and_std(self) -> tuple[list[float], list[float]]:
        normalization = json.loads(self.metadata["normalization"])
        return normalization["mean"], normalization["std"]

    def maps(self, layer: str) -> list[str]:
        """The linear maps that stand for a layer, in order: one, or several numbered ones."""
        if f"{layer}.weight" in self.tensors:
            return [layer]
        names = []
        while f"{layer}.{len(names)}.weight" in self.tensors:
            names.append(f"{layer}.{len(names)}")
        if not names:
            raise KeyError(f"{layer} has no weight")
        return names

    def logits(self, images: np.ndarray, chunk: int = 100) -> np.ndarray:
        """The outputs for images [N, C, H, W] that are normalised already; computed in double precision."""
        parts = [images[start : start + chunk] for start in range(0, len(images), chunk)]
        return np.concatenate([self._run(part.astype(np.float64)) for part in parts])

    def _run(self, x: np.ndarray) -> np.ndarray:
        convs = denses = 0
        last = ""
        for text in self.metadata["spec"].split(";"):
            kind, *options = text.split()
            if kind == "conv":
                convs += 1
                last = f"conv{convs}"
                x = self._conv(x, last, options)
            elif kind == "dense":
                denses += 1
                last = f"fc{denses}"
                for name in self.maps(last):
                    x = x @ self.tensors[f"{name}.weight"].T.astype(np.float64) + self._bias(name)
            elif kind == "norm":
                x = self._norm(x, f"{last}_bn")
            elif kind == "relu":
                x = np.maximum(x, 0)
            elif kind == "pool":
                x = pool(x, int(options[0]))
            elif kind == "flatten":
                x = x.reshape(len(x), -1)
            else:
                raise ValueError(f"unknown layer {text!r}")
        return x

    def _bias(self, name: str) -> np.ndarray | float:
        bias = self.tensors.get(f"{name}.bias")
        return 0.0 if bias is None else bias.astype(np.float64)

    def _conv(self, x: np.ndarray, layer: str, options: list[str]) -> np.ndarray:
        numbers = {option[0]: int(option[1:]) for option in options if option[0] in "kspdg"}
        kernel, stride = numbers["k"], numbers.get("s", 1)
        dilation, groups = numbers.get("d", 1), numbers.get("g", 1)
        padding = numbers.get("p", dilation * (kernel - 1) // 2)
        x = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
        names = self.maps(layer)
        # Without the 1x1 maps around it, the last kernel of a chain takes the stride.
        sizes = [self.tensors[f"{name}.weight"].shape[-1] for name in names]
        strided = max((i for i, size in enumerate(sizes) if size > 1), default=len(names) - 1)
        for i, name in enumerate(names):
            weight = self.tensors[f"{name}.weight"].astype(np.float64)
            x = convolve(x, weight, stride if i == strided else 1, dilation, groups)
            x = x + np.reshape(self._bias(name), (1, -1, 1, 1))
        return x

    def _norm(self, x: np.ndarray, name: str) -> np.ndarray:
        shape = (1, -1) + (1,) * (x.ndim - 2)
        weight, bias, mean, variance = (
            self.tensors[f"{name}.{part}"].astype(np.float64).reshape(shape)
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        return (x - mean) / np.sqrt(variance + EPSILON) * weight + bias


def convolve(x: np.ndarray, weight: np.ndarray, stride: int, dilation: int, groups: int) -> np.ndarray:
    """Cross-correlation of [N, C, H, W] with [O, C / groups, K, K], without padding."""
    kernel = weight.shape[-1]
    reach = dilation * (kernel - 1) + 1
    windows = np.lib.stride_tricks.sliding_window_view(x, (reach, reach), axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride, ::dilation, ::dilation]
    inputs, outputs = x.shape[1] // groups, weight.shape[0] // groups
    parts = [
        np.einsum(
            "nchwij,ocij->nohw",
            windows[:, group * inputs : (group + 1) * inputs],
            weight[group * outputs : (group + 1) * outputs],
            optimize=True,
        )
        for group in range(groups)
    ]
    return np.concatenate(parts, axis=1)


def pool(x: np.ndarray, side: int) -> np.ndarray:
    """The largest of each square; a rest at the right and the bottom is left out."""
    n, c, h, w = x.shape
    h, w = h // side, w // side
    return x[:, :, : h * side, : w * side].reshape(n, c, h, side, w, side).max(axis=(3, 5))


def relative_error(found: np.ndarray, expected: np.ndarray) -> float:
    """The largest difference, as a part of the largest expected value."""
    return float(np.abs(found - expected).max() / np.abs(expected).max())
