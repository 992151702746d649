"""The command's contract: JSON on standard output, messages on standard error, exit codes 0, 1 and 2."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
from conftest import EXPERIMENT, command, good, metrics, predict, run, train, write_experiment
from safetensors import safe_open
from safetensors.numpy import save_file


def test_describe_counts_the_authors_smallnet(tmp_path: Path) -> None:
    described = good("describe", write_experiment(tmp_path, dataset="cifar-10", network="smallnet-7", arms=["compact", "CK"]))
    compact, expanded = described["arms"]
    # 3·8·49+8, 8·16·49+16, 16·32·49+32, two numbers per normed channel, 512·64+64, 64·10+10.
    assert compact["parameters"] == compact["contracted_parameters"] == 66_186
    assert expanded["contracted_parameters"] == 66_186 < expanded["parameters"]
    assert [layer["name"] for layer in compact["layers"] if layer["maps"]] == ["conv1", "conv2", "conv3", "fc1", "fc2"]
    assert described["dataset"]["shape"] == [3, 32, 32]


def test_describe_fills_in_the_defaults(tmp_path: Path) -> None:
    described = good("describe", write_experiment(tmp_path))
    assert described["experiment"]["dataset"] == "fashion-mnist"
    assert described["query"] == ""


def test_a_reader_that_leaves_early_is_no_failure(tmp_path: Path) -> None:
    arguments = [command(), "describe", write_experiment(tmp_path)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as describing:
        describing.stdout.close()
        assert describing.stderr.read() == ""
        assert describing.wait(60) == 0


def test_train_writes_metrics_and_both_files_of_every_arm(trained: tuple[Path, dict]) -> None:
    out, printed = trained
    arms = EXPERIMENT["arms"]
    names = {f"{arm}{form}.safetensors" for arm in arms for form in ("", ".contracted")} | {"metrics.jsonl"}
    assert {path.name for path in out.iterdir()} == names
    assert printed["opened"]["backend"] == "cpu"
    assert [report["arm"] for report in printed["contractions"]] == arms
    for report in printed["contractions"]:
        assert report["max_relative_error"] <= 1e-5
        assert report["agreement"] == 1
        assert report["accuracy_before"] == report["accuracy_after"]


def test_metrics_tell_every_step_and_every_epoch(trained: tuple[Path, dict]) -> None:
    events = metrics(trained[0])
    for arm in EXPERIMENT["arms"]:
        mine = [event for event in events if event.get("arm") == arm]
        steps = [event["step"] for event in mine if event["type"] == "step"]
        assert steps == list(range(1, 21))
        assert [event["epoch"] for event in mine if event["type"] == "epoch"] == [0, 1, 2]
        assert mine[-1]["type"] == "stopped" and mine[-1]["reason"] == "done"
    assert events[-1] == {"type": "finished", "step": 20}


def test_a_short_race_learns(trained: tuple[Path, dict]) -> None:
    for arm in EXPERIMENT["arms"]:
        losses = [event["loss"] for event in metrics(trained[0]) if event["type"] == "step" and event["arm"] == arm]
        assert np.mean(losses[-5:]) < 0.9 * np.mean(losses[:5]), arm


def test_arms_share_seed_and_batches_whatever_their_order(tmp_path: Path, trained: tuple[Path, dict]) -> None:
    """The same experiment with its arms the other way round: every arm takes exactly the same course."""
    out, _ = train(tmp_path, **{**EXPERIMENT, "arms": EXPERIMENT["arms"][::-1]})

    def course(folder: Path, arm: str) -> list[dict]:
        mine = [event for event in metrics(folder) if event.get("arm") == arm]
        return [{key: value for key, value in event.items() if key != "seconds"} for event in mine]

    for arm in EXPERIMENT["arms"]:
        assert course(out, arm) == course(trained[0], arm)


BAD_EXPERIMENTS = [
    pytest.param({"datset": "mnist"}, ["datset", "unknown field", "dataset"], id="unknown field"),
    pytest.param({"epochs": "ten"}, ["epochs", '"ten"', "whole number from 1 to 1000"], id="wrong type"),
    pytest.param({"epochs": 1.5}, ["epochs", "1.5", "whole number"], id="part of an epoch"),
    pytest.param({"batch": 0}, ["batch", "0", "from 1 to 1024"], id="batch of zero"),
    pytest.param({"batch": -4}, ["batch", "-4", "from 1 to 1024"], id="negative batch"),
    pytest.param({"rate": 0}, ["rate", "0 widens nothing", "from 0.25"], id="rate zero"),
    pytest.param({"network": "smallnet-3", "arms": ["CK"]}, ["arms", "CK cannot expand conv1", "use CL"], id="CK on 3x3"),
    pytest.param({"network": "conv 8 k40 p0; flatten; dense 10"}, ["network", "layer 1", "smaller kernel"], id="too large a kernel"),
    pytest.param({"network": "flatten; dense 7"}, ["network", "10 classes", "dense 10"], id="too few classes"),
    pytest.param({"network": "conv 8 k7; blur"}, ["network", "blur", "the layers are"], id="unknown layer"),
    pytest.param({"arms": []}, ["arms", "[]", "one or more of"], id="no arm"),
    pytest.param({"network": "flatten; dense 4096; dense 4096; dense 10", "arms": ["FC"], "rate": 16}, ["GB"], id="too much memory"),
]


@pytest.mark.parametrize(("fields", "words"), BAD_EXPERIMENTS)
@pytest.mark.parametrize("task", ["describe", "train"])
def test_bad_experiments_are_refused_with_field_value_and_what_is_allowed(
    tmp_path: Path, task: str, fields: dict, words: list[str]
) -> None:
    out = tmp_path / "out"
    experiment = write_experiment(tmp_path, **fields)
    outcome = run("describe", experiment) if task == "describe" else run("train", experiment, "--out", out)
    assert outcome.code == 2, outcome
    assert outcome.out == ""
    assert outcome.err.startswith("error: ")
    assert "panicked" not in outcome.err
    for word in words:
        assert word in outcome.err
    assert not out.exists()


def test_every_wrong_field_is_named_at_once(tmp_path: Path) -> None:
    outcome = run("describe", write_experiment(tmp_path, rate=0, epochs="ten", lr=1))
    assert outcome.code == 2
    assert len(outcome.err.splitlines()) == 3


@pytest.mark.parametrize("text", ["", "{", "[1]", "\udcff"])
def test_text_that_is_no_experiment_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "experiment.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    outcome = run("describe", path)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("error: ")


def test_files_that_are_missing_are_named(tmp_path: Path, trained: tuple[Path, dict]) -> None:
    nothing, out = tmp_path / "nothing.safetensors", tmp_path / "out.safetensors"
    model = trained[0] / "compact.safetensors"
    for arguments in (
        ["describe", nothing],
        ["train", nothing, "--out", out],
        ["contract", nothing, out],
        ["predict", nothing, "--images", nothing, "--out", out],
        ["predict", model, "--images", nothing, "--out", out],
    ):
        outcome = run(*arguments)
        assert (outcome.code, outcome.out) == (2, ""), arguments
        assert f"cannot read {nothing}" in outcome.err
    assert not out.exists()


def test_missing_images_are_named_with_the_remedy(tmp_path: Path) -> None:
    experiment = write_experiment(tmp_path, dataset="mnist")
    outcome = run("train", experiment, "--out", tmp_path / "out", "--data", tmp_path)
    assert outcome.code == 2
    assert "mnist-train" in outcome.err and "cargo xtask data" in outcome.err


def test_a_target_that_cannot_be_written_is_a_failure_not_bad_input(tmp_path: Path, trained: tuple[Path, dict]) -> None:
    (tmp_path / "file").write_text("in the way")
    target = tmp_path / "file" / "out"
    for arguments in (
        ["contract", trained[0] / "CL.safetensors", target],
        ["train", write_experiment(tmp_path, dataset="synthetic", network="flatten; dense 4", arms=["compact"]), "--out", target],
    ):
        outcome = run(*arguments)
        assert (outcome.code, outcome.out) == (1, ""), arguments
        assert outcome.err.splitlines()[-1].startswith("error: cannot write")


def test_wrong_use_is_bad_input() -> None:
    for arguments in ([], ["fly"], ["train", "experiment.json"]):
        outcome = run(*arguments)
        assert (outcome.code, outcome.out) == (2, "")
        assert "Usage" in outcome.err


@pytest.mark.parametrize("task", ["contract", "predict"])
def test_files_that_are_no_network_are_refused(tmp_path: Path, trained: tuple[Path, dict], task: str) -> None:
    """Bytes of another kind, a file cut short, other people's tensors, wrong metadata, wrong shapes."""
    with safe_open(trained[0] / "CL.safetensors", framework="numpy") as file:
        tensors, metadata = {name: file.get_tensor(name) for name in file.keys()}, file.metadata()
    whole = (trained[0] / "CL.safetensors").read_bytes()

    def saved(change_tensors: dict | None = None, change_metadata: dict | None = None) -> bytes:
        path = tmp_path / "made.safetensors"
        changed = {**tensors, **(change_tensors or {})}
        about = {key: value for key, value in {**metadata, **(change_metadata or {})}.items() if value is not None}
        save_file({name: value for name, value in changed.items() if value is not None}, path, about)
        return path.read_bytes()

    transposed = np.ascontiguousarray(tensors["conv2.1.weight"].transpose(1, 0, 2, 3))
    cases = [
        (b"PK\x03\x04 this is a zip file, not a network", "not a readable safetensors file"),
        (whole[:-1], "not a readable safetensors file"),
        (b"", "not a readable safetensors file"),
        (saved(change_metadata={"format": "pt"}), 'the format is "pt"'),
        (saved(change_metadata={"spec": None}), '"spec" is missing'),
        (saved(change_metadata={"expansion": "CL"}), "expansion"),
        (saved(change_metadata={"spec": "conv 8 k7; swish"}), "swish"),
        (saved(change_tensors={"conv2.1.weight": transposed}), "conv2.1.weight has shape [16, 32, 7, 7]"),
        (saved(change_tensors={"conv2_bn.running_var": None}), "conv2_bn.running_var"),
        (saved(change_tensors={"conv9.weight": transposed}), "conv9.weight"),
        (saved(change_tensors={"fc2.weight": tensors["fc2.weight"].astype(np.float16)}), "32-bit floats"),
    ]
    images, out = tmp_path / "images.safetensors", tmp_path / "out.safetensors"
    save_file({"images": np.zeros((2, 1, 28, 28), np.float32)}, images)
    path = tmp_path / "model.safetensors"
    for content, word in cases:
        path.write_bytes(content)
        outcome = run("contract", path, out) if task == "contract" else run("predict", path, "--images", images, "--out", out)
        assert (outcome.code, outcome.out) == (2, ""), (word, outcome)
        assert word in outcome.err
        assert not out.exists()


@pytest.mark.parametrize(
    ("tensors", "word"),
    [
        ({"pictures": np.zeros((2, 1, 28, 28), np.float32)}, '"images" is missing'),
        ({"images": np.zeros((28, 28), np.float32)}, "must be [N, C, H, W]"),
        ({"images": np.zeros((2, 1, 28, 28), np.uint8)}, "32-bit floats"),
        ({"images": np.zeros((2, 3, 28, 28), np.float32)}, "do not fit the network"),
        ({"images": np.zeros((2, 1, 64, 64), np.float32)}, "do not fit the network"),
        ({"images": np.zeros((2, 1, 2, 2), np.float32)}, "do not fit the network"),
    ],
)
def test_images_that_do_not_fit_are_refused(tmp_path: Path, trained: tuple[Path, dict], tensors: dict, word: str) -> None:
    images, out = tmp_path / "images.safetensors", tmp_path / "out.safetensors"
    save_file(tensors, images)
    outcome = run("predict", trained[0] / "CL.safetensors", "--images", images, "--out", out)
    assert (outcome.code, outcome.out) == (2, ""), outcome
    assert word in outcome.err
    assert not out.exists()


def test_predict_on_no_images_gives_no_logits(tmp_path: Path, trained: tuple[Path, dict]) -> None:
    assert predict(trained[0] / "CL.safetensors", np.zeros((0, 1, 28, 28), np.float32), tmp_path).shape == (0, 10)
