"""What scenes and masks are made of: eight textures cut from photos, and one microscope picture of annotated nuclei."""

import io

import numpy as np
from PIL import Image

from packages import say, wheel
from sprites import OUT, check, compare, write

SKIMAGE = "74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af"
STARDIST = "2316c0feb7bd5621e7a277cb3868df475c338943c591925c420ee3622c42f023"

# Photo, left, top, and how many pixels a side become one of the 128 of a texture. The last three are for test scenes.
TEXTURES = [
    ("grass.png", 0, 0, 2),
    ("brick.png", 0, 0, 2),
    ("coffee.png", 100, 10, 3),
    ("retina.jpg", 194, 194, 8),
    ("hubble_deep_field.jpg", 100, 100, 5),
    ("gravel.png", 0, 0, 2),
    ("chelsea.png", 97, 20, 2),
    ("rocket.jpg", 128, 20, 3),
]
SIDE = 128

# name: (sha256 of the pixels, tile after tile, HWC; sha256 of the file with the pinned Pillow).
OFFICIAL = {
    "textures": (
        "d0cd21a35ed97992e913166bdaa8a9b8a8180ca807250907c6c2e00865ceea14",
        "74953f4288215aaa21f35f66d77af4513c9be9987e7c51628bacac2ee7c6cf9e",
    ),
    "nuclei-train": (
        "641ccb8e1f9818c2f7c20039699aa9efee1929faa7593ec40c9a3dc814d94e83",
        "5e38c4cb4129445b3440f587c46d4ff938cbd2944c679a0eeaa5c5159a42219b",
    ),
    "nuclei-train-masks": (
        "614a55b03bdddb686487f5cc80a4c563719b21a7a5d9b000914edee15bcd41f1",
        "6c082a2225d1be718d91643ace697204e9e4acbce4a0b4f2e90a938ed5f10c1a",
    ),
    "nuclei-test": (
        "b2b771054e74d9b1e8b2fb6db2c67efb8f562b2e4d56001b0309392572e817d0",
        "fbd0b527c3a246ad5b4b4a515cd08577c0481993d9d431de29eb3ac2728fc8d7",
    ),
    "nuclei-test-masks": (
        "8ab7cdce1d529e687385e3a62bf9d7b606082d7469d4ed68ed6f43845d148bf9",
        "00d5655585824c27e281d27f917938090d3bbb941003b1d73ede46662b9773f1",
    ),
}


def texture(photo, left, top, factor):
    """A square of a photo as [128, 128, 3], each pixel the mean of a block; in steps of 8, for a file of half the size."""
    size = SIDE * factor
    with Image.open(io.BytesIO(photo)) as picture:
        pixels = np.asarray(picture.convert("RGB"), np.int64)[top : top + size, left : left + size]
    blocks = pixels.reshape(SIDE, factor, SIDE, factor, 3).sum((1, 3))
    mean = (blocks + factor * factor // 2) // (factor * factor)
    return (mean & 0xF8).astype(np.uint8)


def textures():
    say("textures: eight photos")
    photos = wheel("scikit-image", "0.26.0", SKIMAGE, "skimage/data/")
    save("textures", np.stack([texture(photos[name], *square) for name, *square in TEXTURES]), 4, ".webp")


def nuclei():
    """A field of 512×512 as 64 tiles of 64×64: the upper six rows of tiles to learn from, the lower two to judge by."""
    files = wheel("stardist", "0.9.2", STARDIST, "stardist/data/images/")
    numbers = tiles(files["mask2d.tif"])
    present = np.unique(numbers)
    say(f"nuclei: {len(present) - 1} in the field")
    # Values and numbers are kept as they are; the masks' are renumbered, 0 staying the background, to fit in a byte.
    for name, values in [("nuclei", tiles(files["img2d.tif"])), ("masks", np.searchsorted(present, numbers))]:
        if values.max() > 255:
            raise SystemExit(f"{name}: a value of {values.max()} does not fit in a byte; nothing was written for it")
        ending = "-masks" if name == "masks" else ""
        save(f"nuclei-train{ending}", values[:48].astype(np.uint8), 8, ".png")
        save(f"nuclei-test{ending}", values[48:].astype(np.uint8), 8, ".png")


def tiles(file):
    """A grey picture of 512×512 as [64, 64, 64, 1], row after row of tiles."""
    with Image.open(io.BytesIO(file)) as picture:
        field = np.asarray(picture)
    return field.reshape(8, 64, 8, 64, 1).transpose(0, 2, 1, 3, 4).reshape(64, 64, 64, 1)


def save(name, images, columns, file_type):
    pixels_sha256, file_sha256 = OFFICIAL[name]
    check(name, "pixels", images, pixels_sha256)
    path = OUT / f"{name}{file_type}"
    compare(path, write(path, images, columns), file_sha256)
