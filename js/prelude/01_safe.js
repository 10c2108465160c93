// Operations on lists, strings, bytes and promises by functions that no cell can change.
//
// A cell may replace any method of any prototype. Hence the prelude calls no method of a built-in prototype by its name,
// does not iterate with `for ... of`, does not spread lists, and reads no property that an object may inherit.
import { core, primordials } from "ext:core/mod.js";

const {
  ArrayIsArray,
  ArrayPrototypeJoin,
  DataViewPrototypeGetBuffer,
  DataViewPrototypeGetByteLength,
  DataViewPrototypeGetByteOffset,
  ObjectDefineProperty,
  ObjectGetOwnPropertyDescriptor,
  ObjectKeys,
  ObjectSetPrototypeOf,
  Promise,
  PromisePrototypeThen,
  ReflectDefineProperty,
  ReflectDeleteProperty,
  RegExpPrototypeExec,
  SafeArrayIterator,
  StringPrototypeIndexOf,
  StringPrototypeSlice,
  SymbolIterator,
  TypedArrayPrototypeGetBuffer,
  TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeGetByteOffset,
  TypedArrayPrototypeSet,
  Uint8Array,
} = primordials;

/**
 * The descriptor of an ordinary field. It inherits nothing of the notebook's, as an object without a prototype, but V8
 * makes it as fast as any other object.
 */
export class FieldDescriptor {
  constructor(value) {
    this.value = value;
    this.writable = true;
    this.enumerable = true;
    this.configurable = true;
  }
}
ObjectSetPrototypeOf(FieldDescriptor.prototype, null);

/** As [`FieldDescriptor`], of a field that no list of fields has. */
export class HiddenDescriptor extends FieldDescriptor {
  constructor(value) {
    super(value);
    this.enumerable = false;
  }
}
ObjectSetPrototypeOf(HiddenDescriptor.prototype, null);

/** Adds an item to a list of the prelude, bypassing setters of its prototype. */
export function append(list, item) {
  setField(list, list.length, item);
}

/** The list of `change(item, index)` for each item. */
export function mapList(list, change) {
  const changed = [];
  for (let index = 0; index < list.length; index++) {
    append(changed, change(list[index], index));
  }
  return changed;
}

/** The items for which `fits(item, index)` is true. */
export function filterList(list, fits) {
  const kept = [];
  for (let index = 0; index < list.length; index++) {
    if (fits(list[index], index)) {
      append(kept, list[index]);
    }
  }
  return kept;
}

/** The index of the first item for which `fits` is true; -1 if there is none. */
export function indexInList(list, fits) {
  for (let index = 0; index < list.length; index++) {
    if (fits(list[index])) {
      return index;
    }
  }
  return -1;
}

/** The first item for which `fits` is true. */
export function findInList(list, fits) {
  const index = indexInList(list, fits);
  return index === -1 ? undefined : list[index];
}

/** Adds all items of `other` to `list`. */
export function appendAll(list, other) {
  for (let index = 0; index < other.length; index++) {
    append(list, other[index]);
  }
  return list;
}

/**
 * The items that an object of the notebook iterates over: a list by its indices, any other object by its own iterator.
 */
export function iterated(iterable) {
  if (ArrayIsArray(iterable)) {
    return iterable;
  }
  const items = [];
  const iterator = iterable[SymbolIterator]();
  for (let next = iterator.next(); !next.done; next = iterator.next()) {
    append(items, next.value);
  }
  return items;
}

/** The list with an iterator that no cell can change, for functions of the web platform that iterate over it. */
export function iterable(list) {
  return ObjectDefineProperty(list, SymbolIterator, { __proto__: null, value: () => new SafeArrayIterator(list) });
}

/** An object with these fields, in their order; of several fields with one name, the last wins. */
export function objectOf(pairs) {
  const fields = {};
  for (let index = 0; index < pairs.length; index++) {
    setField(fields, pairs[index][0], pairs[index][1]);
  }
  return fields;
}

/** Defines a field of an object or a list of the prelude, bypassing setters of its prototype. */
export function setField(fields, name, value) {
  ObjectDefineProperty(fields, name, new FieldDescriptor(value));
}

/** The name and the value of each field of an object. */
export function fieldList(fields) {
  return mapList(ObjectKeys(fields), (name) => [name, fields[name]]);
}

/** Splits `text` at each `separator`. */
export function splitText(text, separator) {
  const parts = [];
  let from = 0;
  for (let at = StringPrototypeIndexOf(text, separator); at !== -1; at = StringPrototypeIndexOf(text, separator, from)) {
    append(parts, StringPrototypeSlice(text, from, at));
    from = at + separator.length;
  }
  append(parts, StringPrototypeSlice(text, from));
  return parts;
}

/** Replaces each `part` of `text` with `by`. */
export function replaceText(text, part, by) {
  return StringPrototypeIndexOf(text, part) === -1 ? text : ArrayPrototypeJoin(splitText(text, part), by);
}

/** Replaces each line end of `text` (CRLF, CR or LF) with `by`. */
export function replaceLineEnds(text, by) {
  if (StringPrototypeIndexOf(text, "\r") !== -1) {
    text = replaceText(replaceText(text, "\r\n", "\n"), "\r", "\n");
  }
  return replaceText(text, "\n", by);
}

/** Whether a text matches a regular expression without the flags `g` and `y`. */
export function matches(expression, text) {
  return RegExpPrototypeExec(expression, text) !== null;
}

/** A copy of the bytes of a typed array or a DataView. */
export function bytesOf(view) {
  if (core.isDataView(view)) {
    return new Uint8Array(
      new Uint8Array(
        DataViewPrototypeGetBuffer(view),
        DataViewPrototypeGetByteOffset(view),
        DataViewPrototypeGetByteLength(view),
      ),
    );
  }
  return new Uint8Array(
    new Uint8Array(
      TypedArrayPrototypeGetBuffer(view),
      TypedArrayPrototypeGetByteOffset(view),
      TypedArrayPrototypeGetByteLength(view),
    ),
  );
}

/** Joins several Uint8Arrays. */
export function joinBytes(parts) {
  let length = 0;
  for (let index = 0; index < parts.length; index++) {
    length += TypedArrayPrototypeGetByteLength(parts[index]);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (let index = 0; index < parts.length; index++) {
    TypedArrayPrototypeSet(bytes, parts[index], at);
    at += TypedArrayPrototypeGetByteLength(parts[index]);
  }
  return bytes;
}

/** Makes a promise of the prelude awaitable even if a cell has changed what promises inherit. */
export function owned(promise) {
  return ObjectDefineProperty(promise, "constructor", { __proto__: null, value: Promise, configurable: true });
}

/** Marks a promise of the notebook as awaited, so that its rejection does not count as unhandled. */
export function handle(promise) {
  follow(promise, nothing, nothing);
}

/** Calls `done` or `failed` once a promise of the notebook is settled. */
export function follow(promise, done, failed) {
  const own = ObjectGetOwnPropertyDescriptor(promise, "constructor");
  try {
    // Without its own constructor, `then` would look it up on the prototype.
    ObjectDefineProperty(promise, "constructor", { __proto__: null, value: undefined, configurable: true });
  } catch {
    // The notebook has frozen it.
  }
  PromisePrototypeThen(promise, done, failed);
  if (own === undefined) {
    ReflectDeleteProperty(promise, "constructor");
  } else {
    ReflectDefineProperty(promise, "constructor", { __proto__: null, ...own });
  }
}

/** A promise of the prelude that is settled as a value of the notebook: a promise, another object with `then`, or itself. */
export function settled(value) {
  return owned(
    new Promise((resolve, reject) => {
      if (core.isPromise(value)) {
        follow(value, resolve, reject);
      } else {
        resolve(value);
      }
    }),
  );
}

function nothing() {}

/** Calls `done` or `failed` once a promise of the prelude is settled. */
export function whenSettled(promise, done, failed) {
  // Without a constructor, the resulting promise is of the language's own class.
  ObjectDefineProperty(promise, "constructor", { __proto__: null, value: undefined, configurable: true });
  return PromisePrototypeThen(promise, done, failed);
}
