// `sleep` and `until`: waiting for a time, and for a condition. Both take from the time limit of the cell.
import { primordials } from "ext:core/mod.js";
import { op_excerpt, op_time_left } from "ext:core/ops";
import { owned, settled } from "ext:apinb/01_safe.js";
import { clock } from "ext:apinb/00_web.js";
import { setTimeout } from "ext:apinb/10_timers.js";
import { brief } from "ext:apinb/14_result_text.js";

const { ArrayPrototypeIncludes, Error, MathMin, MathRound, NumberIsNaN, ObjectKeys, Promise, TypeError } = primordials;

/** The longest time of a timer, in milliseconds. */
const LONGEST_SLEEP = 2_147_483_647;
/** Without an option of that name, in milliseconds. */
const WITHIN = 30_000;
const EVERY = 1000;
/** What remains of the cell's time when `until` gives up, so that its error explains why. */
const MARGIN = 200;
const OPTIONS = ["within", "every", "done", "failed"];
/** The longest text of a value in a message. */
const LONGEST_VALUE = 300;

function checkMilliseconds(value, name) {
  if (typeof value !== "number" || NumberIsNaN(value) || value < 0 || value > LONGEST_SLEEP) {
    throw new TypeError(`${name}: expected a number of milliseconds, got ${shown(value)}`);
  }
  return value;
}

const wait = (milliseconds) => owned(new Promise((resolve) => setTimeout(resolve, milliseconds)));

/** A promise that is resolved after so many milliseconds. */
export function sleep(milliseconds) {
  return wait(checkMilliseconds(milliseconds, "sleep"));
}

function optionsOf(options) {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`until: expected an object of options, got ${shown(options)}`);
  }
  const names = ObjectKeys(options);
  for (let index = 0; index < names.length; index++) {
    if (!ArrayPrototypeIncludes(OPTIONS, names[index])) {
      const error = new TypeError(`until: unknown option "${op_excerpt(names[index], 40)}"`);
      error.help = "Use `within`, `every` (both in milliseconds), `done` and `failed` (both functions of the value).";
      throw error;
    }
  }
  const { within = WITHIN, every = EVERY, done = (value) => value, failed = () => false } = options;
  if (typeof done !== "function" || typeof failed !== "function") {
    throw new TypeError(`until: expected a function as the option "${typeof done === "function" ? "failed" : "done"}"`);
  }
  checkMilliseconds(within, "until: within");
  return { __proto__: null, within, every: checkMilliseconds(every, "until: every"), done, failed };
}

/**
 * Calls `probe` until `done(value)` holds for what it returns, and resolves to that value. Ends at once with an error
 * where `failed(value)` holds.
 */
export async function until(probe, options = {}) {
  if (typeof probe !== "function") {
    throw new TypeError(`until: expected a function, got ${shown(probe)}`);
  }
  const { within, every, done, failed } = optionsOf(options);
  const began = clock();
  for (let count = 1; ; count++) {
    const value = await settled(probe());
    if (await settled(failed(value))) {
      throw new Error(`until: failed after ${tries(count)}; the last value is ${shown(value)}`);
    }
    if (await settled(done(value))) {
      return value;
    }
    const left = began + within - clock();
    const ofCell = op_time_left() - MARGIN;
    if (MathMin(left, ofCell) <= 0) {
      const seconds = MathRound((clock() - began) / 100) / 10;
      const error = new Error(`until: not done after ${tries(count)} in ${seconds} s; the last value is ${shown(value)}`);
      error.help = left > 0
        ? "The time limit of the cell is over: call `timeout(ms)` in the cell, or pass `--cell-timeout`, for more time."
        : "Pass the option `within` (in milliseconds) to wait longer.";
      throw error;
    }
    await wait(MathMin(every, left, ofCell));
  }
}

const tries = (count) => count === 1 ? "1 try" : `${count} tries`;

const shown = (value) => op_excerpt(brief(value), LONGEST_VALUE);
