import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer, Found } from "../../protocol";
import { answerText, isRight, maskText, objectsText } from "./words";

const CLASSES = ["shoe", "bag"];

function objects(...scores: (number | null)[]): Found[] {
  return scores.map((score, i) => ({ class: i % 2, left: 0, top: 0, right: 1, bottom: 1, score }));
}

test("objects are counted and named, the surest first; those too unsure are left out", () => {
  const answer: Answer = { kind: "objects", objects: objects(0.1, 0.88, 0.931) };
  assert.equal(answerText(answer, CLASSES, 0.25), "2 objects: shoe 0.93, bag 0.88");
  assert.equal(answerText({ kind: "objects", objects: objects(0.1) }, CLASSES, 0.25), "no objects");
});

test("the truth has no scores, and many objects are not all named", () => {
  assert.equal(objectsText(objects(null), CLASSES), "1 object: shoe");
  assert.match(objectsText(objects(...new Array(9).fill(0.5)), CLASSES), /^9 objects: .*, 3 more$/);
});

test("a mask is told by the shares of its classes", () => {
  assert.equal(maskText([1, 1, 1, 0], CLASSES), "bag 75 %, shoe 25 % of the pixels");
  assert.equal(maskText([255, 0], CLASSES), "not said 50 %, shoe 50 % of the pixels");
});

test("a class is right or wrong; of other answers that is not asked", () => {
  assert.equal(isRight({ kind: "class", class: 1 }, { kind: "class", class: 1 }), true);
  assert.equal(isRight({ kind: "class", class: 1 }, { kind: "class", class: 0 }), false);
  assert.equal(isRight({ kind: "mask", classes: [] }, { kind: "mask", classes: [] }), null);
  assert.equal(answerText({ kind: "class", class: 1 }, CLASSES, 0), "bag");
});
