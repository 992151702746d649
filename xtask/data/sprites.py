"""Sprites: many images as tiles of one lossless picture, written and checked."""

import hashlib
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from packages import say

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "www" / "data"


def sprite(images, columns, path):
    """Writes images [N, H, W, C] as tiles from left to right, top to bottom."""
    n, h, w, c = images.shape
    rows = -(-n // columns)
    grid = np.zeros((rows * columns, h, w, c), np.uint8)
    grid[:n] = images
    grid = grid.reshape(rows, columns, h, w, c).transpose(0, 2, 1, 3, 4).reshape(rows * h, columns * w, c)
    picture = Image.fromarray(grid[..., 0] if c == 1 else grid)
    if path.suffix == ".webp":
        picture.save(path, lossless=True, quality=100, method=6)
    else:
        picture.save(path, optimize=True)


def check(name, what, values, expected):
    """Refuses values that do not have the expected SHA-256."""
    found = hashlib.sha256(np.ascontiguousarray(values)).hexdigest()
    if found != expected:
        sys.exit(f"{name}: sha256 of the {what} is {found}, expected {expected}; nothing was written for it")


def write(path, images, columns):
    """Writes a sprite, whole or not at all; returns the SHA-256 of the file."""
    partial = path.with_name(f"partial-{path.name}")
    sprite(images, columns, partial)
    data = partial.read_bytes()
    partial.replace(path)
    say(f"  {path.relative_to(ROOT)}: {len(images)} images, {columns} columns, {len(data)} bytes")
    return hashlib.sha256(data).hexdigest()


def compare(path, found, expected):
    """Says so where a sprite is not the committed file in bytes, which it may be with another encoder."""
    if found != expected:
        say(f"  warning: {path.name} is not byte for byte the committed file (another encoder); its pixels are")
