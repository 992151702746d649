import assert from "node:assert/strict";
import { test } from "node:test";
import { description, detailEvent, doneEvent, opened, runEvent } from "../../fixtures";
import type { Arm, Event } from "../../protocol";
import { advanceAll, newRace } from "../../race/race";
import { classTable } from "./layout";

function tableOf(events: Event[], arms: Arm[] = ["compact", "CL"], seeds = 1) {
  const described = description(arms);
  const dataset = { ...described.dataset, classes: ["background", "shoe", "bag"] };
  const experiment = { ...described.experiment, seeds };
  return classTable(advanceAll(newRace({ ...described, dataset, experiment }, opened), events));
}

const pair = runEvent(1, 1, ["compact", "CL"]);

test("a row a class and a row a measure, a column an arm", () => {
  const table = tableOf([pair, detailEvent("compact", 1, [0.9, 0.25, null]), detailEvent("CL", 1, [0.8, 0.5, null])]);
  assert.equal(table?.of, "IoU");
  assert.deepEqual(table.columns, [
    { arm: "compact", when: "epoch 1" },
    { arm: "CL", when: "epoch 1" },
  ]);
  assert.deepEqual(
    table.classes.map(({ name, cells }) => [name, ...cells.map(({ text, best }) => `${text}${best ? " best" : ""}`)]),
    [
      ["background", "90.0 % best", "80.0 %"],
      ["shoe", "25.0 %", "50.0 % best"],
      ["bag", "–", "–"],
    ],
  );
  assert.deepEqual(
    table.measures.map(({ name, cells }) => [name, ...cells.map(({ text }) => text)]),
    [["mIoU", "25.0 %", "50.0 %"]],
  );
});

test("what is equal as written is equally good, and where all are, nothing is best", () => {
  const rows = tableOf([
    pair,
    detailEvent("compact", 1, [0.5001, 0.9, null]),
    detailEvent("CL", 1, [0.5004, null, null]),
  ])?.classes.map(({ cells }) => cells.map(({ best }) => best));
  assert.deepEqual(rows, [
    [false, false],
    [true, false],
    [false, false],
  ]);
});

test("the latest test counts; an arm that is not in the race under way keeps that of its last race", () => {
  const events = [
    pair,
    detailEvent("compact", 0, [0.1, 0, 0]),
    detailEvent("compact", 1, [0.2, 0, 0]),
    detailEvent("CL", 1, [0.3, 0, 0]),
    doneEvent("compact"),
    doneEvent("CL"),
    runEvent(2, 2, ["CL"]),
    detailEvent("CL", 0, [0.4, 0, 0]),
  ];
  const table = tableOf(events, ["compact", "CL"], 2);
  assert.deepEqual(
    table?.columns.map(({ when }) => when),
    ["epoch 1, seed 1", "epoch 0, seed 2"],
  );
  assert.deepEqual(
    table?.classes[0]?.cells.map(({ text }) => text),
    ["20.0 %", "40.0 %"],
  );
});

test("before the first test, and for whole images, there is no table", () => {
  assert.equal(tableOf([pair]), null);
});
