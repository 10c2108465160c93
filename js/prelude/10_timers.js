// `setTimeout` and `setInterval`, which remember the timers that have not run: the engine waits for those of a
// notebook's last cell. They also remember which cell set the timer that threw an error, or whose promise was rejected.
import { core, primordials } from "ext:core/mod.js";
import { op_timer_now } from "ext:core/ops";
import { appendAll } from "ext:apinb/01_safe.js";
import { timers } from "ext:apinb/00_web.js";

const {
  indirectEval,
  MapPrototypeDelete,
  MapPrototypeForEach,
  MapPrototypeSet,
  Number,
  ReflectApply,
  SafeMap,
  SafeWeakMap,
  String,
  WeakMapPrototypeGet,
  WeakMapPrototypeSet,
} = primordials;

/** When each timer is due, by its id; Infinity for an interval, which has no end. */
const due = new SafeMap();

/** The number of the running cell, and the numbers of the cells whose timers threw an error or returned a promise. */
let running = null;
const cellOf = new SafeWeakMap();

/** The cell with this number runs from now on. */
export function startCell(number) {
  running = number;
}

/** The cell, other than the running one, whose timer threw this error or returned this promise; undefined if none did. */
export function earlierCellOf(value) {
  const number = WeakMapPrototypeGet(cellOf, value);
  return number === running ? undefined : number;
}

/** The function that a timer runs, for the running cell. A text is code. */
function functionOf(callback) {
  const code = typeof callback === "function" ? null : String(callback);
  const run = code === null ? callback : () => indirectEval(code);
  const cell = running;
  return function (...given) {
    try {
      const result = ReflectApply(run, this, given);
      if (core.isPromise(result)) {
        WeakMapPrototypeSet(cellOf, result, cell);
      }
      return result;
    } catch (error) {
      if ((typeof error === "object" && error !== null) || typeof error === "function") {
        WeakMapPrototypeSet(cellOf, error, cell);
      }
      throw error;
    }
  };
}

export function setTimeout(callback, delay = 0, ...args) {
  const run = functionOf(callback);
  // As a `long` of Web IDL.
  const milliseconds = Number(delay) | 0;
  let id = 0;
  const once = function (...given) {
    MapPrototypeDelete(due, id);
    ReflectApply(run, this, given);
  };
  id = ReflectApply(timers.setTimeout, this, appendAll([once, milliseconds], args));
  MapPrototypeSet(due, id, op_timer_now() + (milliseconds > 0 ? milliseconds : 0));
  return id;
}

export function setInterval(callback, delay = 0, ...args) {
  const id = ReflectApply(timers.setInterval, this, appendAll([functionOf(callback), Number(delay) | 0], args));
  MapPrototypeSet(due, id, Infinity);
  return id;
}

export function clearTimeout(id = 0) {
  const number = Number(id) | 0;
  MapPrototypeDelete(due, number);
  ReflectApply(timers.clearTimeout, this, [number]);
}

export function clearInterval(id = 0) {
  ReflectApply(clearTimeout, this, [id]);
}

/** Counts the timers: those that are due within so many milliseconds, and all others. */
export function countTimers(milliseconds) {
  const end = op_timer_now() + milliseconds;
  let soon = 0;
  let others = 0;
  MapPrototypeForEach(due, (time) => {
    if (time <= end && time !== Infinity) {
      soon++;
    } else {
      others++;
    }
  });
  return [soon, others];
}
