// The compact view for a frame in another page: a poster first; the trainer is loaded when the reader asks for it.
import { App } from "./app";
import { focusRefused, host } from "./dom";
import { announceHeight } from "./embed/height";
import { expose, spawnWorker } from "./host";
import { qualityOf, USUAL } from "./quality";
import { saveFile } from "./save";
import { hasSession, type State, shownDescription } from "./state";
import { applyTheme, onSystemTheme, readTheme } from "./theme";
import { addressOf, currentQuery, writeQuery } from "./url";
import { Architecture } from "./views/architecture/view";
import { Badge } from "./views/badge/view";
import { Charts } from "./views/charts/view";
import { Notices } from "./views/notice/view";
import { notices, remedy } from "./views/notices";
import { ResultsView } from "./views/results/view";
import { expectation, readout } from "./views/transport/layout";
import { Transport } from "./views/transport/view";
import { compilingArm } from "./warmup";

const app = new App({ spawn: spawnWorker, onQuery: writeQuery, save: saveFile, onBlocked: focusRefused });
const poster = document.querySelector<HTMLElement>("#poster");
const stage = document.querySelector<HTMLElement>("#stage");
const full = document.querySelector<HTMLAnchorElement>("#full");

function linkFullPage(): void {
  if (full) full.href = addressOf("./index.html", app.store.state.description?.query ?? currentQuery());
}

function build(): (state: State) => void {
  const views = {
    notices: new Notices(host("notices"), { notices: [], action: null, onAction: () => void app.recover() }),
    badge: new Badge(host("badge"), { adapter: null, opened: null, compiling: false, replayed: false }),
    transport: new Transport(host("transport"), {
      readout: readout(app.store.state),
      onPlay: () => void app.play(),
      onPause: () => void app.pause(),
      onStep: () => void app.step(),
      onReset: () => void app.reset(),
    }),
    charts: new Charts(host("charts"), {
      race: null,
      arms: [],
      theme: applyTheme(readTheme()),
      invitation: "",
      compiling: null,
      quality: USUAL,
      task: "classify",
    }),
    results: new ResultsView(host("results"), { race: null }),
    architecture: new Architecture(host("architecture"), {
      description: null,
      selected: null,
      report: null,
      canContract: false,
      contracting: false,
      onSelect: (arm) => app.select(arm),
      onContract: (arm) => void app.contract(arm),
    }),
  };
  return (state) => {
    const shown = shownDescription(state);
    const { race, selected } = state;
    views.notices.update({ notices: [...faultNotices(state), ...notices(state)], action: remedy(state) });
    const compiling = compilingArm(state);
    const [opened, replayed] = [race?.opened ?? null, race?.replayed ?? false];
    views.badge.update({ adapter: state.adapter, opened, compiling: compiling !== null, replayed });
    views.transport.update({ readout: readout(state) });
    views.charts.update({
      race,
      arms: shown?.experiment.arms ?? [],
      theme: applyTheme(readTheme()),
      compiling,
      quality: qualityOf(shown),
      task: shown?.dataset.task ?? "classify",
      invitation: expectation(state, `Loss and ${qualityOf(shown)} appear here.`),
    });
    views.results.update({ race });
    views.architecture.update({
      description: shown,
      selected,
      report: (selected && state.contractions[selected]) ?? null,
      canContract: hasSession(state) && (race?.arms.some(({ arm }) => arm === selected) ?? false),
      contracting: state.contracting !== null,
    });
    linkFullPage();
  };
}

/** Without a form, what the link got wrong is said above the race. */
function faultNotices({ faults }: State): ReturnType<typeof notices> {
  return faults.map(({ code, message, field }, i) => ({
    id: `fault-${i}-${code}`,
    kind: "warn",
    text: field ? `${field}: ${message}.` : `${message}.`,
  }));
}

async function run(): Promise<void> {
  if (poster) poster.hidden = true;
  if (stage) stage.hidden = false;
  const draw = build();
  app.store.subscribe(draw);
  onSystemTheme(() => draw(app.store.state));
  document.querySelector<HTMLElement>('[data-testid="pause"]')?.focus();
  await app.start(currentQuery());
  await app.play();
}

document.querySelector("#run")?.addEventListener("click", () => void run(), { once: true });
addEventListener("hashchange", () => {
  linkFullPage();
  void app.read(currentQuery());
});
applyTheme(readTheme());
linkFullPage();
expose(app);
announceHeight(document.documentElement);
