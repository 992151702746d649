import assert from "node:assert/strict";
import { test } from "node:test";
import { armDescription } from "../../fixtures";
import { costCaption, costRows, costSentence, costWords } from "./cost";

test("an expanded arm costs what it costs, beside what it would layer by layer", () => {
  assert.deepEqual(costWords(armDescription("CL")), { cost: "1.06×", instead: "(layer by layer: 15.9×)" });
  assert.match(costSentence(armDescription("CL")), /Counted .* 1\.06× the compact network's; layer by layer: 15\.9×/);
});

test("where nothing is saved nothing is said of it", () => {
  assert.deepEqual(costWords(armDescription("compact")), { cost: "1.00×", instead: "" });
  const rows = costRows(armDescription("compact"));
  assert.deepEqual(
    rows.map(({ saving }) => saving),
    ["–", "–"],
  );
});

test("every chain has a row, and the whole network the last", () => {
  const [conv1, network, ...more] = costRows(armDescription("CL"));
  assert.deepEqual(more, []);
  assert.deepEqual(
    [conv1?.of, conv1?.rule, conv1?.way, conv1?.macs, conv1?.byLayer, conv1?.saving],
    ["conv1", "CL", "3 maps → 1 convolution, composed once a step", "80.1 M", "1.28 G", "16.0× less"],
  );
  assert.match(conv1?.title ?? "", /1,204,224 of them to compose/);
  assert.deepEqual([network?.of, network?.saving], ["network", "15.0× less"]);
});

test("the caption says that nothing is timed", () => {
  assert.match(costCaption(64), /64 images.*Counted, not timed/);
});
