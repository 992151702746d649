"""Evaluates files from the page with plain numpy: python evaluate.py FILE... prints one JSON object per file.

Knows the data set and the normalisation from the file's metadata; takes the first EXPANDNETS_IMAGES test
images, all by default. The page's tests compare what it prints with what the page said.
"""

from __future__ import annotations

import json
import os
import sys

import images
from smallnet import Network


def evaluate(path: str) -> dict[str, object]:
    network = Network.load(path)
    count = int(os.environ.get("EXPANDNETS_IMAGES") or 0) or None
    pictures, labels = images.load(network.metadata["dataset"], "test", *network.mean_and_std)
    predictions = network.logits(pictures[:count]).argmax(axis=1)
    return {
        "metadata": network.metadata,
        "tensors": sorted(network.tensors),
        "parameters": network.parameters,
        "accuracy": float((predictions == labels[:count]).mean()),
        "predictions": predictions.tolist(),
    }


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        print(json.dumps(evaluate(argument)))
