// What the transport says, worked out from the state. Pure.
import { count, duration, epochs } from "../../format";
import { pace, progress } from "../../race/race";
import { isCompiling, type State } from "../../state";

export type Readout = {
  playing: boolean;
  canPlay: boolean;
  canStep: boolean;
  canReset: boolean;
  epoch: string;
  step: string;
  pace: string;
  learningRate: string;
  /** Part of the epochs done, for the bar; null while something of unknown length goes on. */
  share: number | null;
  status: string;
  tone: "plain" | "busy" | "good" | "bad";
};

export function readout(state: State): Readout {
  const { race, activity } = state;
  const experiment = (race?.description ?? state.description)?.experiment;
  const ready = state.trainer === "ready" && state.description !== null;
  const at = race ? progress(race) : { epoch: 0, step: 0 };
  const seconds = race ? pace(race) : null;
  const rate = race?.arms.find(({ stopped }) => !stopped)?.step?.learning_rate ?? race?.arms[0]?.step?.learning_rate;
  return {
    playing: activity === "playing" || activity === "opening",
    canPlay: ready && activity !== "finished",
    canStep: ready && activity !== "finished" && activity !== "playing" && activity !== "opening",
    canReset: race !== null || activity === "opening",
    epoch: experiment ? `${epochs(at.epoch)} of ${count(experiment.epochs)}` : "–",
    step: race ? count(at.step) : "–",
    pace: seconds === null ? "–" : duration(seconds),
    learningRate: rate === undefined ? "–" : String(Number(rate.toPrecision(2))),
    share: activity === "opening" || isCompiling(state) ? null : experiment ? Math.min(1, at.epoch / experiment.epochs) : 0,
    ...status(state),
  };
}

function status(state: State): Pick<Readout, "status" | "tone"> {
  const { race, activity, loading } = state;
  if (state.trainer === "asleep") return { status: "Nothing runs yet", tone: "plain" };
  if (state.trainer === "loading") return { status: "Loading the trainer…", tone: "busy" };
  if (state.trainer === "failed") return { status: "The trainer stopped", tone: "bad" };
  if (activity === "opening") {
    if (!loading) return { status: "Preparing the race…", tone: "busy" };
    const share = loading.total ? ` ${Math.round((100 * loading.loaded) / loading.total)} %` : "";
    return { status: `Loading images…${share}`, tone: "busy" };
  }
  if (isCompiling(state)) return { status: "Compiling kernels…", tone: "busy" };
  if (activity === "playing") return { status: "Training", tone: "busy" };
  if (activity === "lost") return { status: "Race lost; play starts it anew", tone: "bad" };
  if (activity === "finished") {
    const diverged = race?.arms.filter(({ stopped }) => stopped?.reason === "diverged").length ?? 0;
    return diverged > 0 ? { status: "Finished; not every arm", tone: "bad" } : { status: "Finished", tone: "good" };
  }
  if (activity === "paused") return { status: "Paused", tone: "plain" };
  return { status: "Ready", tone: "plain" };
}
