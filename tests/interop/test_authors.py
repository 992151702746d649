"""Files in the authors' form, written by numpy: the command contracts them and predicts from them."""

from __future__ import annotations

from pathlib import Path

import authors
import numpy as np
import pytest
from conftest import good, predict
from smallnet import Network, relative_error


@pytest.mark.parametrize("prefix", ["", "module."])
@pytest.mark.parametrize(("conv", "dense"), [("CL", False), ("CK", False), (None, True), ("CL", True), ("CK", True)])
def test_an_expanded_file_contracts_and_predicts(
    tmp_path: Path, generator: np.random.Generator, conv: str | None, dense: bool, prefix: str
) -> None:
    tensors, metadata = authors.random_network(conv, dense, 4, generator, prefix)
    path = authors.write(tmp_path / "authors.safetensors", tensors, metadata)
    contracted = tmp_path / "contracted.safetensors"
    printed = good("contract", path, contracted)
    assert printed["max_relative_error"] <= 1e-5

    bare = {name.removeprefix(prefix): value for name, value in tensors.items()}
    pixels = generator.normal(size=(24, 3, 32, 32)).astype(np.float32)
    expected = Network(bare, metadata).logits(pixels)
    assert relative_error(Network.load(contracted).logits(pixels), expected) <= 1e-5
    for model in (path, contracted):
        assert relative_error(predict(model, pixels, tmp_path), expected) <= 1e-4
    assert Network.load(contracted).parameters == 66_186


def test_a_compact_file_predicts(tmp_path: Path, generator: np.random.Generator) -> None:
    tensors, metadata = authors.random_network(None, False, 1, generator)
    path = authors.write(tmp_path / "authors.safetensors", tensors, metadata)
    pixels = generator.normal(size=(8, 3, 32, 32)).astype(np.float32)
    assert relative_error(predict(path, pixels, tmp_path), Network(tensors, metadata).logits(pixels)) <= 1e-4
