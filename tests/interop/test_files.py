"""The files of a race: read by the reference safetensors package, evaluated in plain numpy, contracted by the command."""

from __future__ import annotations

import json
from pathlib import Path

import images
import numpy as np
import pytest
from conftest import EXPERIMENT, good, metrics, predict, run, train, write_experiment
from smallnet import Network, relative_error

ARMS = EXPERIMENT["arms"]
FORMS = ["", ".contracted"]

# What a compact SmallNet holds, and the maps that each arm puts in place of a layer.
NORMS = [f"conv{i}_bn.{part}" for i in (1, 2, 3) for part in ("weight", "bias", "running_mean", "running_var")]
MAPS = {
    "compact": {"conv1": 1, "conv2": 1, "conv3": 1, "fc1": 1, "fc2": 1},
    "CL": {"conv1": 3, "conv2": 3, "conv3": 3, "fc1": 1, "fc2": 1},
    "CK+FC": {"conv1": 3, "conv2": 3, "conv3": 3, "fc1": 3, "fc2": 1},
}


def names(maps: dict[str, int]) -> set[str]:
    parts = [layer if count == 1 else f"{layer}.{i}" for layer, count in maps.items() for i in range(count)]
    return {f"{part}.{kind}" for part in parts for kind in ("weight", "bias")} | set(NORMS)


def file(trained: tuple[Path, dict], arm: str, form: str) -> Path:
    return trained[0] / f"{arm}{form}.safetensors"


@pytest.fixture(scope="module")
def pictures(trained: tuple[Path, dict]) -> tuple[np.ndarray, np.ndarray]:
    mean, std = Network.load(file(trained, "compact", "")).mean_and_std
    pixels, labels = images.load("fashion-mnist", "test", mean, std)
    return pixels[: EXPERIMENT["test_images"]], labels[: EXPERIMENT["test_images"]]


@pytest.mark.parametrize("arm", ARMS)
def test_tensors_have_the_authors_names_and_shapes(trained: tuple[Path, dict], arm: str) -> None:
    expanded, compact = (Network.load(file(trained, arm, form)) for form in FORMS)
    assert set(expanded.tensors) == names(MAPS[arm])
    assert set(compact.tensors) == names(MAPS["compact"])
    shapes = {name: value.shape for name, value in compact.tensors.items()}
    assert shapes["conv1.weight"] == (8, 1, 7, 7)
    assert shapes["conv3.weight"] == (32, 16, 7, 7)
    assert shapes["fc1.weight"] == (64, 3 * 3 * 32)
    assert shapes["fc2.bias"] == (10,)
    assert all(value.dtype == np.float32 for value in [*compact.tensors.values(), *expanded.tensors.values()])
    assert all(np.isfinite(value).all() for value in [*compact.tensors.values(), *expanded.tensors.values()])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("arm", ARMS)
def test_metadata_says_where_the_network_comes_from(trained: tuple[Path, dict], arm: str, form: str) -> None:
    metadata = Network.load(file(trained, arm, form)).metadata
    report = next(report for report in trained[1]["contractions"] if report["arm"] == arm)
    assert metadata["format"] == "expandnets/1"
    assert metadata["spec"].startswith("conv 8 k7; norm; relu; pool 2; conv 16 k7;")
    assert metadata["dataset"] == "fashion-mnist"
    assert (metadata["seed"], metadata["steps"]) == ("5", "20")
    assert run("--version").out.split() == ["expandnets", metadata["version"]]
    assert float(metadata["test_accuracy"]) == report["accuracy_after" if form else "accuracy_before"]
    assert float(metadata["contraction_error"]) == pytest.approx(report["max_relative_error"])
    # 60,000 training images of Fashion-MNIST, pixels from 0 to 1.
    normalization = json.loads(metadata["normalization"])
    assert normalization["mean"] == pytest.approx([0.2860], abs=1e-4)
    assert normalization["std"] == pytest.approx([0.3530], abs=1e-4)
    expansion = json.loads(metadata["expansion"])
    if form:
        assert expansion is None
    elif arm != "compact":
        rule = {"CL": ("CL", False), "CK+FC": ("CK", True)}[arm]
        assert (expansion["conv"], expansion["dense"]) == rule
        assert (expansion["rate"], expansion["expand_input"]) == (2, True)


@pytest.mark.parametrize("arm", ARMS)
def test_described_parameters_are_those_in_the_file(tmp_path: Path, trained: tuple[Path, dict], arm: str) -> None:
    described = good("describe", write_experiment(tmp_path, **EXPERIMENT))
    mine = next(description for description in described["arms"] if description["arm"] == arm)
    assert Network.load(file(trained, arm, "")).parameters == mine["parameters"]
    assert Network.load(file(trained, arm, ".contracted")).parameters == mine["contracted_parameters"]


@pytest.mark.parametrize("arm", ARMS)
def test_numpy_and_the_command_compute_the_same(
    trained: tuple[Path, dict], pictures: tuple[np.ndarray, np.ndarray], tmp_path: Path, arm: str
) -> None:
    """Four ways to the same outputs: expanded and contracted, by numpy and by the command."""
    pixels, labels = pictures
    expected = Network.load(file(trained, arm, "")).logits(pixels)
    compact = Network.load(file(trained, arm, ".contracted")).logits(pixels)
    assert relative_error(compact, expected) <= 1e-5
    outputs = [predict(file(trained, arm, form), pixels, tmp_path) for form in FORMS]
    for output in outputs:
        assert output.shape == (len(pixels), 10)
        assert relative_error(output, expected) <= 1e-4
        assert (output.argmax(axis=1) == expected.argmax(axis=1)).all()
    assert relative_error(outputs[1], outputs[0]) <= 1e-5
    # And the accuracy that the race reported is that of these outputs.
    accuracy = (expected.argmax(axis=1) == labels).mean()
    last = [event for event in metrics(trained[0]) if event["type"] == "epoch" and event["arm"] == arm][-1]
    assert last["test_accuracy"] == pytest.approx(accuracy, abs=1e-9)
    assert float(Network.load(file(trained, arm, "")).metadata["test_accuracy"]) == pytest.approx(accuracy, abs=1e-9)


@pytest.mark.parametrize("arm", [arm for arm in ARMS if arm != "compact"])
def test_contract_writes_the_file_that_training_wrote(trained: tuple[Path, dict], tmp_path: Path, arm: str) -> None:
    out = tmp_path / "out.safetensors"
    printed = good("contract", file(trained, arm, ""), out)
    assert printed["max_relative_error"] <= 1e-5
    expanded = {layer: count for layer, count in MAPS[arm].items() if count > 1}
    assert {layer["name"]: layer["maps"] for layer in printed["layers"]} == expanded
    assert all(layer["parameters_after"] < layer["parameters_before"] for layer in printed["layers"])
    mine, theirs = Network.load(out), Network.load(file(trained, arm, ".contracted"))
    assert {"format", "spec", "expansion"} <= set(mine.metadata)
    assert set(mine.tensors) == set(theirs.tensors)
    for name, value in theirs.tensors.items():
        np.testing.assert_array_equal(mine.tensors[name], value, err_msg=name)


def test_contracting_a_contracted_file_changes_nothing(trained: tuple[Path, dict], tmp_path: Path) -> None:
    out = tmp_path / "out.safetensors"
    printed = good("contract", file(trained, "CL", ".contracted"), out)
    assert printed == {"max_relative_error": 0, "layers": []}
    before, after = Network.load(file(trained, "CL", ".contracted")), Network.load(out)
    assert all((after.tensors[name] == value).all() for name, value in before.tensors.items())


WRITTEN = {
    "stride, groups, dilation, no bias": "conv 6 k5 s2 p1; norm; relu; conv 12 k5 g3 nobias; relu; conv 8 k3 d2 p0; norm; flatten; dense 9; norm; dense 4",
    "depthwise": "conv 8 k3; relu; conv 8 k5 g8 s2; norm; relu; conv 10 k1; pool 3; flatten; dense 4 nobias",
}


@pytest.mark.parametrize("network", WRITTEN.values(), ids=WRITTEN.keys())
def test_networks_written_out_agree_with_numpy(tmp_path: Path, generator: np.random.Generator, network: str) -> None:
    fields = {"dataset": "synthetic", "network": network, "arms": ["compact", "CL"], "rate": 1.5}
    out, printed = train(tmp_path, **fields, batch=16, train_images=64, test_images=32, epochs=1)
    pixels = generator.normal(size=(40, 1, 12, 12)).astype(np.float32)
    for arm in fields["arms"]:
        expected = Network.load(out / f"{arm}.safetensors").logits(pixels)
        for form in FORMS:
            assert relative_error(predict(out / f"{arm}{form}.safetensors", pixels, tmp_path), expected) <= 1e-4
    assert all(report["max_relative_error"] <= 1e-5 for report in printed["contractions"])
