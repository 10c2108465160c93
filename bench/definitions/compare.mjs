#!/usr/bin/env node
// Compares the results and the times of apinb and raml-1-parser, definition by definition: resources, methods,
// parameters (names, required, types), media types of bodies, responses and their headers, security schemes. Exits with
// 1 if they differ.
//
//   tools/node-modules bench
//   node bench/definitions/compare.mjs --definitions FOLDER --command 'target/release/apinb definition tree --json'
//
// FOLDER holds definitions (default: the environment variable APINB_DEFINITIONS), in it or in folders down to the second
// level; a root definition is a `.raml` file that starts with `#%RAML 0.8` or `#%RAML 1.0`, or is an overlay or
// extension. The command gets the path of a definition as its last argument and prints the output of `apinb definition
// tree --json`. Times are of whole processes (a new one for each run, the best of --repeats); the times inside the
// process exclude the start of node. With --shallow, only resources and methods are compared.

import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readSync, readdirSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    definitions: { type: 'string', default: process.env.APINB_DEFINITIONS },
    command: { type: 'string', default: 'apinb definition tree --json' },
    repeats: { type: 'string', default: '3' },
    reference: { type: 'string' },
    lazy: { type: 'boolean', default: false },
    shallow: { type: 'boolean', default: false },
    details: { type: 'boolean', default: false },
  },
});

/** What raml-1-parser makes of one file: its tree, and the milliseconds it takes to have all of it. */
async function reference(file) {
  const { default: parser } = await import('raml-1-parser');
  const start = performance.now();
  const loaded = parser.loadRAMLSync(file, { rejectOnErrors: false });
  const api = loaded.expand ? loaded.expand(true) : loaded;
  const resources = api.allResources().map((resource) => ({
    path: resource.completeRelativeUri(),
    methods: resource.methods().map((method) => ({ method: method.method() })),
  }));
  const walked = performance.now() - start;
  // The complete definition, like apinb after loading. Without this, raml-1-parser defers bodies, parameters, schemas
  // and documentation.
  if (!options.lazy) {
    api.toJSON();
  }
  const milliseconds = performance.now() - start;
  // It takes longer than loading, and is not measured.
  if (options.details) {
    api.allResources().forEach((resource, at) => {
      resources[at].methods = resource.methods().map((method) => details(resource, method));
    });
  }
  return { resources, walked, loaded: milliseconds };
}

/** A method with its details, in the form that apinb prints. */
function details(resource, method) {
  const parameters = (place, list) =>
    list.map((parameter) => ({ in: place, name: parameter.name(), required: Boolean(parameter.required()), type: kind(parameter) }));
  const mediaTypes = (bodies) => bodies.map((body) => body.name());
  return {
    method: method.method(),
    parameters: [
      ...parameters('uri', resource.uriParameters()),
      ...parameters('query', method.queryParameters()),
      ...parameters('header', method.headers()),
    ],
    query_string: Boolean(method.queryString?.()),
    bodies: mediaTypes(method.body()),
    responses: method.responses().map((response) => ({
      status: response.code().value(),
      headers: response.headers().map((header) => header.name()),
      bodies: mediaTypes(response.body()),
    })),
    secured_by: security(resource, method),
  };
}

/** The names of the schemes; of the method, else of its resource, else of the API. */
function security(resource, method) {
  let api = resource;
  while (api.parent?.()) api = api.parent();
  const own = [method, resource, api].map((node) => node.toJSON({ serializeMetadata: false }).securedBy ?? []);
  const requirements = own.find((list) => list.length > 0) ?? [];
  return requirements.flatMap((use) => {
    if (use === null || use === 'null') return [[]];
    return typeof use === 'string' ? [[use]] : Object.keys(use).map((name) => [name]);
  });
}

const KINDS = {
  StringType: 'string', IntegerType: 'integer', NumberType: 'number', BooleanType: 'boolean', FileType: 'file',
  DateTypeDeclaration: 'date', DateOnlyType: 'date', TimeOnlyType: 'date', DateTimeOnlyType: 'date', DateTimeType: 'date',
  ObjectType: 'object', object: 'object', NilType: 'null', array: 'array', union: 'any',
};

/** The type of a parameter, by the built-in type that it comes from. */
function kind(parameter) {
  const type = parameter.runtimeType?.();
  if (!type) return [parameter.type()].flat()[0] ?? 'string';
  if (type.isUnion()) return 'any';
  if (type.isArray()) return 'array';
  const names = [type, ...type.allSuperTypes()].map((one) => one.nameId());
  return KINDS[names.find((name) => name in KINDS)] ?? 'any';
}

function main() {
  if (!options.definitions || !existsSync(options.definitions)) {
    console.error('name the folder of the definitions: --definitions FOLDER, or APINB_DEFINITIONS');
    return 2;
  }
  const rows = [];
  let differences = 0;
  for (const file of rootDefinitions(options.definitions)) {
    const name = relative(options.definitions, file);
    const ours = measured(() => JSON.parse(run(options.command, file)).resources);
    const theirs = measured(() => referenceOf(file));
    if (!options.shallow) theirs.result.resources = referenceOf(file, '--details').resources;
    const [own, other] = [facts(ours.result), facts(theirs.result.resources)];
    const missing = [...other].filter((pair) => !own.has(pair));
    const surplus = [...own].filter((pair) => !other.has(pair));
    const equal = missing.length + surplus.length === 0 && counts(ours.result) === counts(theirs.result.resources);
    differences += equal ? 0 : 1;
    rows.push({
      definition: name,
      equal: equal ? 'yes' : 'NO',
      'resources/methods': counts(ours.result),
      'of raml-1-parser': counts(theirs.result.resources),
      'apinb ms': ours.milliseconds.toFixed(1),
      'raml-1-parser ms': theirs.milliseconds.toFixed(0),
      'in process ms': theirs.result.loaded.toFixed(0),
      ratio: (theirs.milliseconds / ours.milliseconds).toFixed(0),
    });
    for (const pair of missing) console.error(`${name}: only raml-1-parser has ${pair}`);
    for (const pair of surplus) console.error(`${name}: only apinb has ${pair}`);
  }
  console.log(table(rows));
  console.log(`\n${rows.length} definitions, ${differences} differ`);
  return differences === 0 && rows.length > 0 ? 0 : 1;
}

function rootDefinitions(folder, level = 0) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = resolve(folder, entry.name);
    if (entry.isDirectory()) return level < 2 ? rootDefinitions(path, level + 1) : [];
    return entry.name.endsWith('.raml') && ROOT.test(firstLine(path)) ? [path] : [];
  });
}

const ROOT = /^#%RAML (0\.8|1\.0|1\.0 (Overlay|Extension))\s*$/;

function firstLine(file) {
  const start = Buffer.alloc(64);
  const descriptor = openSync(file);
  readSync(descriptor, start, 0, start.length, 0);
  closeSync(descriptor);
  return start.toString('utf8').replace(/^\uFEFF/, '').split(/[\r\n\0]/)[0];
}

/** What raml-1-parser makes of a file, in a process of its own. */
function referenceOf(file, ...flags) {
  const args = [fileURLToPath(import.meta.url), '--reference', file, ...flags];
  return JSON.parse(execFileSync(process.execPath, args, { maxBuffer: 1 << 30 }));
}

function run(command, file) {
  const [program, ...args] = command.split(' ').filter(Boolean);
  const { status, error, stdout, stderr } = spawnSync(program, [...args, file], { encoding: 'utf8', maxBuffer: 1 << 30 });
  if (error || status !== 0) {
    throw new Error(`${command} ${file}: ${error ?? `exit code ${status}`}\n${stderr}`);
  }
  return stdout;
}

/** Result and milliseconds of the fastest of several runs. */
function measured(action) {
  let fastest = { milliseconds: Infinity };
  for (let repeat = 0; repeat < Number(options.repeats); repeat += 1) {
    const start = performance.now();
    const result = action();
    const milliseconds = performance.now() - start;
    if (milliseconds < fastest.milliseconds) fastest = { result, milliseconds };
  }
  return fastest;
}

/** A line for each resource, each method, and each detail of a method. */
function facts(resources) {
  return new Set(resources.flatMap(({ path, methods }) => [
    path,
    ...methods.map(({ method }) => `${method.toUpperCase()} ${path}`),
    ...(options.shallow ? [] : methods.flatMap((method) => detailFacts(method).map((fact) => `${method.method.toUpperCase()} ${path}: ${fact}`))),
  ]));
}

function detailFacts({ parameters, query_string: queryString, bodies, responses, secured_by: securedBy }) {
  return [
    ...parameters.map(({ in: place, name, required, type }) => `${place} ${name}, ${required ? 'required' : 'optional'}, ${type}`),
    ...(queryString ? ['query string'] : []),
    ...bodies.map((mediaType) => `body ${mediaType}`),
    ...responses.flatMap(({ status, headers, bodies }) => [
      `${status}`,
      ...headers.map((header) => `${status} header ${header}`),
      ...bodies.map((mediaType) => `${status} body ${mediaType}`),
    ]),
    ...securedBy.map((schemes) => `secured by ${schemes.join(' and ') || 'nothing'}`),
  ];
}

function counts(resources) {
  return `${resources.length}/${resources.reduce((sum, { methods }) => sum + methods.length, 0)}`;
}

function table(rows) {
  const names = Object.keys(rows[0] ?? {});
  const widths = names.map((name) => Math.max(name.length, ...rows.map((row) => row[name].length)));
  const line = (cells) => `| ${cells.map((cell, at) => cell.padEnd(widths[at])).join(' | ')} |`;
  return [line(names), line(widths.map((width) => '-'.repeat(width))), ...rows.map((row) => line(names.map((name) => row[name])))].join('\n');
}

if (options.reference) {
  process.stdout.write(JSON.stringify(await reference(options.reference)));
} else {
  process.exitCode = main();
}
