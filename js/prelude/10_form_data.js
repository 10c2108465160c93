// FormData (XMLHttpRequest standard, section 5) and its multipart/form-data encoding (RFC 7578).
import { core, primordials } from "ext:core/mod.js";
import { op_blob_bytes, op_date_now, op_random_boundary } from "ext:core/ops";
import {
  append,
  appendAll,
  fieldList,
  filterList,
  indexInList,
  iterable,
  joinBytes,
  mapList,
  replaceLineEnds,
  replaceText,
} from "ext:apinb/01_safe.js";
import { blobType, File, fileName, getParts, isBlob, isFile } from "ext:apinb/00_web.js";

const {
  ArrayIsArray,
  FunctionPrototypeCall,
  Object,
  String,
  SymbolIterator,
  SymbolToStringTag,
  TypeError,
} = primordials;

function entryValue(value, filename) {
  if (!isBlob(value)) {
    return String(value);
  }
  if (isFile(value) && filename === undefined) {
    return value;
  }
  const options = { __proto__: null, type: blobType(value), lastModified: op_date_now() };
  return new File(iterable([value]), filename === undefined ? "blob" : String(filename), options);
}

function* pairs(entries, pick) {
  for (let index = 0; index < entries.length; index++) {
    yield pick(entries[index]);
  }
}

let entriesOf;
let isForm;

export class FormData {
  #entries = [];

  static {
    entriesOf = (form) => form.#entries;
    isForm = (value) => typeof value === "object" && value !== null && #entries in value;
  }

  constructor(form) {
    if (form !== undefined) {
      throw new TypeError("FormData: apinb has no HTML forms; append the fields instead");
    }
  }

  append(name, value, filename) {
    append(this.#entries, [String(name), entryValue(value, filename)]);
  }

  set(name, value, filename) {
    name = String(name);
    const entry = [name, entryValue(value, filename)];
    const at = this.#indexOf(name);
    if (at === -1) {
      append(this.#entries, entry);
      return;
    }
    this.#entries = filterList(this.#entries, (known, index) => known[0] !== name || index === at);
    this.#entries[this.#indexOf(name)] = entry;
  }

  delete(name) {
    name = String(name);
    this.#entries = filterList(this.#entries, (entry) => entry[0] !== name);
  }

  get(name) {
    const at = this.#indexOf(String(name));
    return at === -1 ? null : this.#entries[at][1];
  }

  getAll(name) {
    name = String(name);
    return mapList(filterList(this.#entries, (entry) => entry[0] === name), (entry) => entry[1]);
  }

  has(name) {
    return this.#indexOf(String(name)) !== -1;
  }

  forEach(callback, self) {
    const entries = this.#entries;
    for (let index = 0; index < entries.length; index++) {
      FunctionPrototypeCall(callback, self, entries[index][1], entries[index][0], this);
    }
  }

  entries() {
    return pairs(this.#entries, (entry) => [entry[0], entry[1]]);
  }

  keys() {
    return pairs(this.#entries, (entry) => entry[0]);
  }

  values() {
    return pairs(this.#entries, (entry) => entry[1]);
  }

  [SymbolIterator]() {
    return pairs(this.#entries, (entry) => [entry[0], entry[1]]);
  }

  get [SymbolToStringTag]() {
    return "FormData";
  }

  #indexOf(name) {
    return indexInList(this.#entries, (entry) => entry[0] === name);
  }
}

/** Whether a value is a FormData. */
export const isFormData = (value) => isForm(value);

/** The names and values of a FormData. */
export const formEntries = (form) => entriesOf(form);

/** Appends a pair to a FormData. */
export function appendField(form, name, value) {
  const entries = entriesOf(form);
  append(entries, [name, value]);
}

/** A FormData with the fields of a plain object: an array gives several entries, null an empty one, undefined none. */
export function formDataOf(fields, textOf) {
  const form = new FormData();
  const list = fieldList(Object(fields));
  for (let index = 0; index < list.length; index++) {
    const name = list[index][0];
    const value = list[index][1];
    const items = ArrayIsArray(value) ? value : value === undefined ? [] : [value];
    for (let at = 0; at < items.length; at++) {
      const item = items[at];
      appendField(form, name, entryValue(isBlob(item) ? item : textOf(item)));
    }
  }
  return form;
}

// RFC 7578 section 4.2 with the escapes of the HTML standard ("multipart form data").
function escapeName(name) {
  return replaceText(replaceLineEnds(name, "%0D%0A"), '"', "%22");
}

/** The bytes of the body and its media type, which names the boundary. */
export function encodeFormData(form) {
  const boundary = `----apinb${op_random_boundary()}`;
  const parts = [];
  const entries = entriesOf(form);
  for (let index = 0; index < entries.length; index++) {
    const name = entries[index][0];
    const value = entries[index][1];
    let head = `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(name)}"`;
    if (isBlob(value)) {
      head += `; filename="${escapeName(fileName(value))}"`;
      head += `\r\nContent-Type: ${blobType(value) || "application/octet-stream"}\r\n\r\n`;
      appendAll(parts, [core.encode(head), op_blob_bytes(getParts(value, [])), core.encode("\r\n")]);
    } else {
      append(parts, core.encode(`${head}\r\n\r\n${replaceLineEnds(value, "\r\n")}\r\n`));
    }
  }
  append(parts, core.encode(`--${boundary}--\r\n`));
  return { bytes: joinBytes(parts), type: `multipart/form-data; boundary=${boundary}` };
}
