// `setTimeout` and `setInterval`, which remember the timers that have not run: the engine waits for those of a
// notebook's last cell.
import { primordials } from "ext:core/mod.js";
import { appendAll } from "ext:apinb/01_safe.js";
import { timers } from "ext:apinb/00_web.js";

const {
  DateNow,
  indirectEval,
  MapPrototypeDelete,
  MapPrototypeForEach,
  MapPrototypeSet,
  Number,
  ReflectApply,
  SafeMap,
  String,
} = primordials;

/** When each timer is due, by its id; Infinity for an interval, which has no end. */
const due = new SafeMap();

/** The function that a timer runs. A text is code. */
function functionOf(callback) {
  if (typeof callback === "function") {
    return callback;
  }
  const code = String(callback);
  return () => indirectEval(code);
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
  MapPrototypeSet(due, id, DateNow() + (milliseconds > 0 ? milliseconds : 0));
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
  const end = DateNow() + milliseconds;
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
