"""The shipped images, decoded with Pillow: tiles of one picture, left to right, top to bottom."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

DATA = Path(__file__).parents[2] / "www" / "data"

# Side of a tile, and the ending of the picture.
SETS = {"fashion-mnist": (28, "png"), "mnist": (28, "png"), "cifar-10": (32, "webp")}


def load(dataset: str, split: str, mean: list[float], std: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Images [N, C, H, W] as 32-bit floats, normalised per channel, and their labels."""
    side, ending = SETS[dataset]
    labels = np.frombuffer((DATA / f"{dataset}-{split}.labels").read_bytes(), np.uint8)
    with Image.open(DATA / f"{dataset}-{split}.{ending}") as picture:
        pixels = np.asarray(picture)
    pixels = pixels.reshape(pixels.shape[0], pixels.shape[1], -1)
    rows, columns, channels = pixels.shape[0] // side, pixels.shape[1] // side, pixels.shape[2]
    tiles = pixels.reshape(rows, side, columns, side, channels).transpose(0, 2, 4, 1, 3)
    tiles = tiles.reshape(-1, channels, side, side)[: len(labels)]
    shape = (1, channels, 1, 1)
    normalised = (tiles / 255.0 - np.reshape(mean, shape)) / np.reshape(std, shape)
    return normalised.astype(np.float32), labels
