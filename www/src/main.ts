// The page: puts the views in their places and feeds them from the state.
import { App } from "./app";
import { DESCRIPTION, FIELDS, PRESETS } from "./defaults";
import { focusRefused, host, icon, setText } from "./dom";
import { expose, spawnWorker } from "./host";
import type { Arm } from "./protocol";
import { qualityOf, USUAL } from "./quality";
import { copyText, saveFile } from "./save";
import { hasSession, isStale, type State, shownDescription } from "./state";
import { applyTheme, onSystemTheme, readTheme, type ThemeChoice, writeTheme } from "./theme";
import { addressOf, currentQuery, writeQuery } from "./url";
import { Architecture } from "./views/architecture/view";
import { Badge } from "./views/badge/view";
import { Charts } from "./views/charts/view";
import { claimOf } from "./views/claims/data";
import { RecordedResults, recordedInstead } from "./views/claims/recorded";
import { Claims } from "./views/claims/view";
import { ClassesView } from "./views/classes/view";
import { DatasetCard } from "./views/dataset/view";
import { Download } from "./views/download/view";
import { FiltersView } from "./views/filters/view";
import { Form } from "./views/form/view";
import { Gallery } from "./views/gallery/view";
import { Notices } from "./views/notice/view";
import { notices, remedy } from "./views/notices";
import { Presets } from "./views/presets/view";
import { ResultsView } from "./views/results/view";
import { expectation, readout } from "./views/transport/layout";
import { Transport } from "./views/transport/view";
import { compilingArm } from "./warmup";

const known = { fields: FIELDS, presets: PRESETS, description: DESCRIPTION };
const app = new App({ spawn: spawnWorker, onQuery: writeQuery, save: saveFile, onBlocked: focusRefused, known });
const { store } = app;
const { state } = store;

/** The claim whose test is shown; the first until one is chosen. */
let claim: string | null = null;
const NONE: readonly never[] = [];
const recordings = new RecordedResults(() => draw(store.state));

let choice = readTheme();
let theme = applyTheme(choice);

const views = {
  notices: new Notices(host("notices"), { notices: [], action: null, onAction: () => void app.recover() }),
  badge: new Badge(host("badge"), { adapter: null, opened: null, compiling: false, replayed: false }),
  transport: new Transport(host("transport"), {
    readout: readout(state),
    onPlay: () => void app.play(),
    onPause: () => void app.pause(),
    onStep: () => void app.step(),
    onReset: () => void app.reset(),
  }),
  presets: new Presets(host("presets"), {
    presets: [],
    query: null,
    canSave: false,
    onQuery: (query) => void app.take(query),
    onRecording: (text) => void app.replay(text),
    onReplay: (name) => void app.watchRecording(name),
    onSave: () => app.saveRecording(),
  }),
  form: new Form(host("form"), {
    fields: [],
    description: null,
    edits: {},
    faults: [],
    stale: false,
    teacher: null,
    onTeacher: (teacher) => app.teach(teacher),
    onEdit: (edits) => app.edit(edits),
    onRestart: () => void app.restart(),
  }),
  dataset: new DatasetCard(host("dataset"), { dataset: null, memory: null }),
  charts: new Charts(host("charts"), {
    race: null,
    arms: [],
    theme,
    invitation: "",
    compiling: null,
    quality: USUAL,
    task: "classify",
  }),
  results: new ResultsView(host("results"), { race: null }),
  classes: new ClassesView(host("classes"), { race: null }),
  gallery: new Gallery(host("gallery"), {
    dataset: null,
    source: "session",
    predictions: null,
    onWatch: (range) => app.watchTests(range),
    onRefresh: () => app.refreshTests(),
  }),
  architecture: new Architecture(host("architecture"), {
    description: null,
    selected: null,
    report: null,
    canContract: false,
    contracting: false,
    onSelect: (arm) => app.select(arm),
    onContract: (arm) => void app.contract(arm),
  }),
  filters: new FiltersView(host("filters"), { filters: [], arms: [], theme }),
  download: new Download(host("download"), {
    description: null,
    present: [],
    noisy: 0,
    message: null,
    onExport: (arm, form) => void app.export(arm, form),
    onNoise: () => void app.noise(),
  }),
  claims: new Claims(host("claims"), {
    presets: [],
    runs: [],
    summary: [],
    arms: [],
    survey: null,
    canSurvey: false,
    quality: USUAL,
    selected: null,
    recorded: false,
    onWanted: (name) => void recordings.want(name),
    onSelect: (name) => {
      claim = name;
      draw(store.state);
    },
    onTake: (query) => void app.take(query).then(() => app.restart()),
    onReplay: (name) => void app.watchRecording(name),
    onSurvey: (request) => void app.survey(request),
    onCancelSurvey: () => void app.cancelSurvey(),
  }),
};

type Arms = readonly Arm[];

/** The same list while it names the same arms: a view draws anew what is new. */
function same(before: Arms, now: Arms): Arms {
  return before.join() === now.join() ? before : now;
}

/** The arms of the experiment shown, those of the race under way, and those whose networks the trainer holds. */
let [arms, racing, present]: [Arms, Arms, Arms] = [[], [], []];

function draw(state: State): void {
  const shown = shownDescription(state);
  const { race, description, selected } = state;
  arms = same(arms, shown?.arms.map(({ arm }) => arm) ?? []);
  racing = same(racing, race?.arms.map(({ arm }) => arm) ?? []);
  present = same(present, hasSession(state) ? racing : []);
  views.notices.update({ notices: notices(state), action: remedy(state) });
  const compiling = compilingArm(state);
  const [opened, replayed] = [race?.opened ?? null, race?.replayed ?? false];
  views.badge.update({ adapter: state.adapter, opened, compiling: compiling !== null, replayed });
  views.transport.update({ readout: readout(state) });
  const canSave = race?.events.some(({ type }) => type === "epoch") ?? false;
  views.presets.update({ presets: state.presets, query: description?.query ?? null, canSave });
  const { fields, edits, faults, teacher } = state;
  views.form.update({ fields, description, edits, faults, teacher, stale: isStale(state) });
  views.dataset.update({ dataset: description?.dataset ?? null, memory: description?.memory ?? null });
  const quality = qualityOf(shown);
  const invitation = `Press play: loss and ${quality} of every arm appear here, step by step.`;
  const charted = { invitation: expectation(state, invitation), quality, task: shown?.dataset.task ?? "classify" };
  views.charts.update({ race, arms, theme, compiling, ...charted });
  views.results.update({ race });
  views.classes.update({ race });
  const source = replayed ? "recording" : state.activity === "lost" ? "lost" : "session";
  views.gallery.update({ dataset: race?.description.dataset ?? null, source, predictions: state.predictions });
  const first = arms.find((arm) => arm !== "compact") ?? arms[0] ?? null;
  const unfolded = selected && arms.includes(selected) ? selected : first;
  views.architecture.update({
    description: shown,
    selected: unfolded,
    report: (unfolded && state.contractions[unfolded]) ?? null,
    canContract: unfolded !== null && present.includes(unfolded),
    contracting: state.contracting !== null,
  });
  views.filters.update({ filters: state.filters, arms: race ? racing : arms, theme });
  const noisy = present.length > 0 ? (race?.run?.noisy_labels ?? 0) : 0;
  views.download.update({ description: shown, present, noisy, message: state.notice });
  const selectedClaim = claim ?? claimOf(state.presets, shown?.query ?? "");
  const own = { runs: race?.runs ?? NONE, summary: race?.summary ?? NONE, arms, survey: state.survey, quality };
  const recorded = recordedInstead(state.presets, selectedClaim, own, recordings);
  views.claims.update({
    presets: state.presets,
    ...(recorded ?? own),
    recorded: recorded !== null,
    canSurvey: present.length > 0,
    selected: selectedClaim,
  });
}

store.subscribe(draw);
expose(app);

const themeButton = document.querySelector<HTMLButtonElement>("#theme");
const themes: Record<ThemeChoice, { next: ThemeChoice; path: string }> = {
  auto: { next: "light", path: "M8 1.5a6.5 6.5 0 1 0 0 13ZM8 1.5v13M8 1.5a6.5 6.5 0 0 1 0 13" },
  light: {
    next: "dark",
    path: "M8 5a3 3 0 1 0 0 6a3 3 0 0 0 0-6ZM8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8L13 13M3 13l1.2-1.2M11.8 4.2L13 3",
  },
  dark: { next: "auto", path: "M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3Z" },
};

function showTheme(): void {
  theme = applyTheme(choice);
  themeButton?.replaceChildren(icon(themes[choice].path, true));
  themeButton?.setAttribute("aria-label", `Theme: ${choice}; change to ${themes[choice].next}`);
  if (themeButton) themeButton.title = `Theme: ${choice}`;
  draw(store.state);
}

themeButton?.addEventListener("click", () => {
  choice = themes[choice].next;
  writeTheme(choice);
  showTheme();
});
onSystemTheme(showTheme);
showTheme();

const copied = document.querySelector<HTMLElement>("#copied");
document.querySelector("#copy-link")?.addEventListener("click", async () => {
  const address = addressOf(location.href, store.state.description?.query ?? currentQuery());
  const done = await copyText(address);
  if (copied) setText(copied, done ? "Link copied" : `Copy this: ${address}`);
  setTimeout(() => copied && setText(copied, ""), done ? 2500 : 20_000);
});

addEventListener("hashchange", () => void app.read(currentQuery()));
void app.start(currentQuery());
