// The notebook's global: its initial properties.
import { core, primordials } from "ext:core/mod.js";
import { op_row } from "ext:core/ops";
import { fieldList } from "ext:apinb/01_safe.js";
import { root } from "ext:apinb/00_global.js";
import "ext:apinb/00_errors.js";
import * as web from "ext:apinb/00_web.js";
import { FormData } from "ext:apinb/10_form_data.js";
import { installLater } from "ext:apinb/10_later.js";
import * as timers from "ext:apinb/10_timers.js";
import { Headers } from "ext:apinb/12_headers.js";
import { fetch, Request, Response } from "ext:apinb/13_fetch.js";
import { XMLHttpRequest } from "ext:apinb/14_xml_http_request.js";
import { console } from "ext:apinb/15_console.js";
import { crypto } from "ext:apinb/16_crypto.js";
import * as cell from "ext:apinb/17_cell.js";
import { requireModule, startModules } from "ext:apinb/17_common_js.js";
import { isResponse } from "ext:apinb/22_call.js";
import { forgetMissed, isNode, missed, nodeOf } from "ext:apinb/23_node.js";
import { API } from "ext:apinb/30_api.js";
import { firstDifference, isDeepEqual } from "ext:apinb/40_deep_equal.js";
import { assert } from "ext:apinb/42_assert.js";
import { sleep, until } from "ext:apinb/43_wait.js";
import { file, save } from "ext:apinb/44_file.js";
import { beginTime, surroundings } from "ext:apinb/45_determinism.js";

const { ObjectDefineProperty, ReflectApply } = primordials;
const { encoding, streams, performance, compression, events } = web;
const { reportError } = events;

// The events of `window`. An error in a timer or a listener is one of them, as is an unhandled rejection; the cell
// fails with it unless a listener prevents that.
const windowEvents = new web.EventTarget();
function onWindow(name) {
  const method = windowEvents[name];
  return { [name]: (...args) => ReflectApply(method, windowEvents, args) }[name];
}

const globals = {
  API,
  load: cell.load,
  async: cell.async,
  timeout: cell.timeout,
  prompt: cell.prompt,
  confirm: cell.confirm,
  alert: cell.alert,
  console,
  assert,
  sleep,
  until,
  file,
  save,

  fetch,
  FormData,
  Headers,
  Request,
  Response,
  XMLHttpRequest,

  AbortController: web.AbortController,
  AbortSignal: web.AbortSignal,
  Blob: web.Blob,
  CloseEvent: events.CloseEvent,
  CompressionStream: compression.CompressionStream,
  CustomEvent: events.CustomEvent,
  DecompressionStream: compression.DecompressionStream,
  DOMException: web.DOMException,
  ErrorEvent: events.ErrorEvent,
  Event: web.Event,
  EventTarget: web.EventTarget,
  File: web.File,
  FileReader: web.FileReader,
  MessageChannel: web.MessageChannel,
  MessageEvent: events.MessageEvent,
  MessagePort: web.MessagePort,
  Performance: performance.Performance,
  PerformanceEntry: performance.PerformanceEntry,
  PerformanceMark: performance.PerformanceMark,
  PerformanceMeasure: performance.PerformanceMeasure,
  ProgressEvent: web.ProgressEvent,
  PromiseRejectionEvent: events.PromiseRejectionEvent,
  ByteLengthQueuingStrategy: streams.ByteLengthQueuingStrategy,
  CountQueuingStrategy: streams.CountQueuingStrategy,
  ReadableByteStreamController: streams.ReadableByteStreamController,
  ReadableStream: streams.ReadableStream,
  ReadableStreamBYOBReader: streams.ReadableStreamBYOBReader,
  ReadableStreamBYOBRequest: streams.ReadableStreamBYOBRequest,
  ReadableStreamDefaultController: streams.ReadableStreamDefaultController,
  ReadableStreamDefaultReader: streams.ReadableStreamDefaultReader,
  TransformStream: streams.TransformStream,
  TransformStreamDefaultController: streams.TransformStreamDefaultController,
  WritableStream: streams.WritableStream,
  WritableStreamDefaultController: streams.WritableStreamDefaultController,
  WritableStreamDefaultWriter: streams.WritableStreamDefaultWriter,
  TextDecoder: encoding.TextDecoder,
  TextDecoderStream: encoding.TextDecoderStream,
  TextEncoder: encoding.TextEncoder,
  TextEncoderStream: encoding.TextEncoderStream,
  URL: web.URL,
  URLPattern: web.URLPattern,
  URLSearchParams: web.URLSearchParams,
  addEventListener: onWindow("addEventListener"),
  dispatchEvent: onWindow("dispatchEvent"),
  removeEventListener: onWindow("removeEventListener"),
  reportError: (error) => reportError(error),
  atob: web.atob,
  btoa: web.btoa,
  clearInterval: timers.clearInterval,
  clearTimeout: timers.clearTimeout,
  performance: performance.performance,
  setInterval: timers.setInterval,
  setTimeout: timers.setTimeout,
  structuredClone: web.structuredClone,
  crypto,

  global: root,
  self: root,
  window: root,
};

const list = fieldList(globals);
for (let index = 0; index < list.length; index++) {
  const value = list[index][1];
  const descriptor = { __proto__: null, value, writable: true, enumerable: false, configurable: true };
  ObjectDefineProperty(root, list[index][0], descriptor);
}

// `row` is read from the run when a cell first uses it; an assignment makes it a variable of the notebook.
const defineRow = (value) =>
  ObjectDefineProperty(root, "row", { __proto__: null, value, writable: true, enumerable: false, configurable: true });
ObjectDefineProperty(root, "row", {
  __proto__: null,
  get() {
    const found = op_row();
    const value = found === null ? undefined : { ...found };
    defineRow(value);
    return value;
  },
  set: defineRow,
  enumerable: false,
  configurable: true,
});

installLater({
  firstDifference,
  forgetMissed,
  isDeepEqual,
  isNode,
  isResponse,
  missed,
  nodeOf,
  startModules,
});
cell.installHooks({ beginTime, requireModule, surroundings });
events.saveGlobalThisReference({
  dispatchEvent(event) {
    if (web.dispatch(windowEvents, event)) {
      cell.reportUncaught(web.eventError(event));
    }
    return false;
  },
});
core.setReportExceptionCallback(events.reportException);
core.setUnhandledPromiseRejectionHandler((promise, reason) => {
  const event = new events.PromiseRejectionEvent("unhandledrejection", {
    __proto__: null,
    cancelable: true,
    promise,
    reason,
  });
  if (web.dispatch(windowEvents, event)) {
    cell.reportUncaught(reason, promise);
  }
  return true;
});

// The engine removes this before the first cell, with all other leftovers of deno_core.
root.bootstrap = cell.hooks;
