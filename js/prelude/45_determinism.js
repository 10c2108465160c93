// The clock and the chance of a run that is repeatable: on a virtual clock, whatever a notebook reads the time from; with
// a seed, `Math.random`. `crypto`, `performance` and timers get theirs from operations.
import { core, primordials } from "ext:core/mod.js";
import { op_date_now, op_random_number } from "ext:core/ops";
import { root } from "ext:apinb/00_global.js";
import { File, performance } from "ext:apinb/00_web.js";
import { appendAll, filterList } from "ext:apinb/01_safe.js";
import { console } from "ext:apinb/15_console.js";

const {
  Date,
  DatePrototype,
  DatePrototypeToString,
  MapPrototypeDelete,
  MapPrototypeGet,
  MapPrototypeHas,
  MapPrototypeSet,
  ObjectDefineProperty,
  ObjectGetOwnPropertyDescriptor,
  Proxy,
  ReflectApply,
  ReflectConstruct,
  SafeMap,
  SafeWeakMap,
  String,
  uncurryThis,
  WeakMapPrototypeGet,
  WeakMapPrototypeSet,
} = primordials;

const { log, warn } = console;

/** As it is before a cell can change it. */
const { DateTimeFormat } = root.Intl;
const resolvedOptions = uncurryThis(DateTimeFormat.prototype.resolvedOptions);

/** Replaces a property; it stays as visible as it was. */
function replace(object, name, value) {
  ObjectDefineProperty(object, name, { __proto__: null, ...ObjectGetOwnPropertyDescriptor(object, name), value });
}

/** Replaces a function by one that calls `run(self, args, original)`, and looks like the original. */
function replaceFunction(object, name, run) {
  const apply = (original, self, args) => run(self, args, original);
  replace(object, name, new Proxy(object[name], { __proto__: null, apply }));
}

/** `Date` without arguments, and called as a function, is now. */
function replaceDate() {
  replaceFunction(Date, "now", () => op_date_now());
  const now = new Proxy(Date, {
    __proto__: null,
    apply: () => DatePrototypeToString(new Date(op_date_now())),
    construct: (original, args, target) =>
      ReflectConstruct(original, args.length === 0 ? [op_date_now()] : args, target),
  });
  replace(DatePrototype, "constructor", now);
  replace(root, "Date", now);
}

/** A DateTimeFormat formats the present where it gets no date. */
function replaceDateTimeFormat() {
  const { prototype } = DateTimeFormat;
  const atLeastNow = (args) => args.length === 0 || args[0] === undefined ? [op_date_now()] : args;
  replaceFunction(prototype, "formatToParts", (self, args, original) => ReflectApply(original, self, atLeastNow(args)));
  const known = new SafeWeakMap();
  const descriptor = ObjectGetOwnPropertyDescriptor(prototype, "format");
  const get = new Proxy(descriptor.get, {
    __proto__: null,
    apply(original, self) {
      const format = ReflectApply(original, self, []);
      let replaced = WeakMapPrototypeGet(known, format);
      if (replaced === undefined) {
        const apply = (_, self, args) => ReflectApply(format, self, atLeastNow(args));
        replaced = new Proxy(format, { __proto__: null, apply });
        WeakMapPrototypeSet(known, format, replaced);
      }
      return replaced;
    },
  });
  ObjectDefineProperty(prototype, "format", { __proto__: null, ...descriptor, get });
}

/** A File without a date was modified now. */
function replaceFile() {
  const now = new Proxy(File, {
    __proto__: null,
    construct(original, args, target) {
      const options = args[2];
      if (args.length === 2 || options === undefined || options === null) {
        args = [args[0], args[1], { __proto__: null, lastModified: op_date_now() }];
      } else if (args.length > 2 && typeof options === "object") {
        const { type, endings, lastModified = op_date_now() } = options;
        args = [args[0], args[1], { __proto__: null, type, endings, lastModified }];
      }
      return ReflectConstruct(original, args, target);
    },
  });
  replace(File.prototype, "constructor", now);
  replace(root, "File", now);
}

/** The timers of the console count in virtual time. */
function replaceConsoleTimers() {
  const begun = new SafeMap();
  /** Logs the time since a timer began; false if it did not. */
  const logTime = (label, more) => {
    const start = MapPrototypeGet(begun, label);
    if (start === undefined) {
      warn("%s", `Timer '${label}' does not exist`);
    } else {
      ReflectApply(log, console, appendAll([`%s: ${op_date_now() - start}ms`, label], more));
    }
  };
  const labelOf = (args) => args.length === 0 || args[0] === undefined ? "default" : String(args[0]);
  replaceFunction(console, "time", (_, args) => {
    const label = labelOf(args);
    if (MapPrototypeHas(begun, label)) {
      warn("%s", `Timer '${label}' already exists`);
    } else {
      MapPrototypeSet(begun, label, op_date_now());
    }
  });
  replaceFunction(console, "timeLog", (_, args) => {
    logTime(labelOf(args), filterList(args, (_, index) => index > 0));
  });
  replaceFunction(console, "timeEnd", (_, args) => {
    const label = labelOf(args);
    logTime(label, []);
    MapPrototypeDelete(begun, label);
  });
}

/** Called by the engine once, before the first cell. */
export function beginTime(isVirtual, isSeeded) {
  performance.setTimeOrigin();
  if (isSeeded) {
    replaceFunction(root.Math, "random", () => op_random_number());
  }
  if (isVirtual) {
    replaceDate();
    replaceDateTimeFormat();
    replaceFile();
    replaceConsoleTimers();
  }
}

/** The time zone and the locale. */
export function surroundings() {
  const { timeZone, locale } = resolvedOptions(new DateTimeFormat());
  return [timeZone, locale];
}
