// What the transport says, worked out from the state. Pure.
import { bytes, count, duration, epochs } from "../../format";
import { pace, progress, type Race, secondsLeft, share } from "../../race/race";
import type { Loading, State } from "../../state";
import { type WarmUp, warmUp } from "../../warmup";

export type Readout = {
  playing: boolean;
  canPlay: boolean;
  canStep: boolean;
  canReset: boolean;
  epoch: string;
  step: string;
  pace: string;
  learningRate: string;
  /** Time that the steps to come take, those of later races included. */
  left: string;
  /** Which of several races this is; empty where there is one. */
  place: string;
  /** Part of all races done, for the bar; null while something of unknown length goes on. */
  share: number | null;
  status: string;
  /** How far that is, in numbers that change too often to be read out. */
  amount: string;
  tone: "plain" | "busy" | "good" | "bad";
};

export function readout(state: State): Readout {
  const { race, activity } = state;
  const experiment = (race?.description ?? state.description)?.experiment;
  // A race asked for while the trainer loads starts when it is there.
  const ready = (state.trainer === "ready" || state.trainer === "loading") && state.description !== null;
  const warming = warmUp(state);
  const replayed = race?.replayed ?? false;
  const left = race && activity !== "finished" ? secondsLeft(race) : null;
  const unknown = state.trainer === "loading" || activity === "opening" || warming !== null;
  const at = race ? progress(race) : { epoch: 0, step: 0 };
  const seconds = race ? pace(race) : null;
  const rate = race?.arms.find(({ stopped }) => !stopped)?.step?.learning_rate ?? race?.arms[0]?.step?.learning_rate;
  return {
    playing: activity === "playing" || activity === "opening",
    canPlay: ready && (activity !== "finished" || replayed),
    canStep: ready && (activity !== "finished" || replayed) && activity !== "playing" && activity !== "opening",
    canReset: race !== null || activity === "opening",
    epoch: experiment ? `${epochs(at.epoch)} of ${count(experiment.epochs)}` : "–",
    step: race ? count(at.step) : "–",
    pace: seconds === null ? "–" : duration(seconds),
    learningRate: rate === undefined ? "–" : String(Number(rate.toPrecision(2))),
    left: left === null ? "–" : duration(left),
    place: race ? placeOf(race) : placeAhead(state),
    share: unknown ? null : race ? share(race) : 0,
    amount: "",
    ...status(state, warming),
  };
}

/** `race 3 of 12 · seed 2 · rate 4 · preparing: teacher`. */
function placeOf({ run, description }: Race): string {
  if (!run || (run.of === 1 && !run.preparation)) return "";
  const { seeds, rates } = description.experiment;
  const parts = [
    `race ${run.index} of ${run.of}`,
    seeds > 1 || run.preparation ? `seed ${run.seed}` : "",
    rates.length > 0 ? `rate ${run.rate}` : "",
    run.kernel === null ? "" : `kernel ${run.kernel}×${run.kernel}`,
    run.preparation ? `preparing: ${run.arms.join(", ")}` : "",
  ];
  return parts.filter(Boolean).join(" · ");
}

/** What is to come, before the first race. */
function placeAhead({ description }: State): string {
  if (!description || description.races <= 1) return "";
  const { races, preparation } = description;
  return `${races} races, one after the other${preparation.length > 0 ? ` · preparing: ${preparation.join(", ")}` : ""}`;
}

type Status = Pick<Readout, "status" | "tone"> & Partial<Pick<Readout, "amount">>;

function status(state: State, warming: WarmUp | null): Status {
  const { race, activity, loading, stage } = state;
  if (state.trainer === "asleep") return { status: "Nothing runs yet", tone: "plain" };
  if (state.trainer === "loading") return { ...trainerStatus(loading), tone: "busy" };
  if (state.trainer === "failed") return { status: "The trainer stopped", tone: "bad" };
  if (activity === "opening") {
    if (loading) return { status: "Loading images…", amount: amount(loading), tone: "busy" };
    return { status: `${stage ?? "Preparing the race"}…`, tone: "busy" };
  }
  if (warming) return { ...warmUpStatus(warming), tone: "busy" };
  if (activity === "playing") return { status: "Training", tone: "busy" };
  if (activity === "lost") return { status: "Race lost; play starts it anew", tone: "bad" };
  if (race?.replayed) return { status: "Recording; play trains it anew", tone: "plain" };
  if (activity === "finished") {
    const diverged = race?.runs.some(({ arms }) => arms.some(({ stopped }) => stopped?.reason === "diverged")) ?? false;
    return diverged ? { status: "Finished; not every arm", tone: "bad" } : { status: "Finished", tone: "good" };
  }
  if (activity === "paused") return { status: "Paused", tone: "plain" };
  return { status: "Ready", tone: "plain" };
}

/** The trainer is compiled while it loads; what is left of that shows when all bytes are there. */
function trainerStatus(loading: Loading | null): Pick<Readout, "status" | "amount"> {
  if (!loading) return { status: "Loading the trainer…", amount: "" };
  if (loading.loaded === loading.total) return { status: "Compiling the trainer…", amount: "" };
  return { status: "Loading the trainer…", amount: amount(loading) };
}

function warmUpStatus({ arm, place, of, what, compiling }: WarmUp): Pick<Readout, "status" | "amount"> {
  const amount = of > 1 ? `${what} ${place} of ${of}` : what;
  if (compiling) return { status: `Compiling kernels for ${arm}…`, amount };
  return what === "test" ? { status: `Testing untrained ${arm}…`, amount } : { status: "Training", amount: "" };
}

function amount({ loaded, total }: Loading): string {
  return total === null ? bytes(loaded) : `${bytes(loaded)} of ${bytes(total)}`;
}

/** What empty charts say: how to begin, or what the first points are waiting for. */
export function expectation(state: State, idle: string): string {
  if (state.activity === "opening") return "Getting ready. Every arm is tested before its first step.";
  const warming = warmUp(state);
  if (!warming) return idle;
  return warming.compiling
    ? "The first test and the first step of every arm compile kernels: some seconds, once per page."
    : "Every arm is tested before its first step.";
}
