// FormData (XMLHttpRequest standard, section 5) and its multipart/form-data encoding (RFC 7578).
import { Array, Math, Object, String, Symbol, TypeError } from "ext:apinb/00_builtins.js";
import { Blob, File, isBlob } from "ext:apinb/00_web.js";

function entryValue(value, filename) {
  if (!isBlob(value)) {
    return String(value);
  }
  if (value instanceof File && filename === undefined) {
    return value;
  }
  return new File([value], filename === undefined ? "blob" : String(filename), { type: value.type });
}

export class FormData {
  #entries = [];

  constructor(form) {
    if (form !== undefined) {
      throw new TypeError("FormData: there are no HTML forms here, append the fields instead");
    }
  }

  append(name, value, filename) {
    this.#entries.push([String(name), entryValue(value, filename)]);
  }

  set(name, value, filename) {
    name = String(name);
    const entry = [name, entryValue(value, filename)];
    const at = this.#entries.findIndex(([known]) => known === name);
    this.#entries = this.#entries.filter(([known], index) => known !== name || index === at);
    if (at === -1) {
      this.#entries.push(entry);
    } else {
      this.#entries[this.#entries.findIndex(([known]) => known === name)] = entry;
    }
  }

  delete(name) {
    name = String(name);
    this.#entries = this.#entries.filter(([known]) => known !== name);
  }

  get(name) {
    name = String(name);
    const entry = this.#entries.find(([known]) => known === name);
    return entry === undefined ? null : entry[1];
  }

  getAll(name) {
    name = String(name);
    return this.#entries.filter(([known]) => known === name).map(([, value]) => value);
  }

  has(name) {
    name = String(name);
    return this.#entries.some(([known]) => known === name);
  }

  forEach(callback, self) {
    for (const [name, value] of this.#entries) {
      callback.call(self, value, name, this);
    }
  }

  *entries() {
    for (const [name, value] of this.#entries) {
      yield [name, value];
    }
  }

  *keys() {
    for (const [name] of this.#entries) {
      yield name;
    }
  }

  *values() {
    for (const [, value] of this.#entries) {
      yield value;
    }
  }

  [Symbol.iterator]() {
    return this.entries();
  }

  get [Symbol.toStringTag]() {
    return "FormData";
  }
}

/** A FormData of the fields of a plain object: arrays give several entries, null and undefined an empty one. */
export function formDataOf(fields, textOf) {
  const form = new FormData();
  for (const [name, value] of Object.entries(Object(fields))) {
    for (const item of Array.isArray(value) ? value : [value]) {
      form.append(name, isBlob(item) ? item : textOf(item));
    }
  }
  return form;
}

// RFC 7578 section 4.2 with the escapes of the HTML standard ("multipart form data").
function escapeName(name) {
  return name.replace(/\r\n|\r|\n/g, "%0D%0A").replace(/"/g, "%22");
}

/** The body as a Blob, whose type names the boundary. */
export function encodeFormData(form) {
  let boundary = "----apinb";
  for (let index = 0; index < 4; index++) {
    boundary += Math.random().toString(36).slice(2, 10).padEnd(8, "0");
  }
  const parts = [];
  for (const [name, value] of form) {
    let head = `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(name)}"`;
    if (isBlob(value)) {
      head += `; filename="${escapeName(value.name)}"\r\nContent-Type: ${value.type || "application/octet-stream"}`;
      parts.push(`${head}\r\n\r\n`, value, "\r\n");
    } else {
      parts.push(`${head}\r\n\r\n${value.replace(/\r\n|\r|\n/g, "\r\n")}\r\n`);
    }
  }
  parts.push(`--${boundary}--\r\n`);
  return new Blob(parts, { type: `multipart/form-data; boundary=${boundary}` });
}
