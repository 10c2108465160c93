#!/usr/bin/env node
// Compares, definition by definition, the resources and methods that apinb finds with those that raml-1-parser finds,
// and the time that both take. Exit code 1 when they differ.
//
//   tools/node-modules bench
//   node bench/definitions/compare.mjs --definitions FOLDER --command 'target/release/apinb definition tree --json'
//
// FOLDER holds folders of definitions (default: the environment variable APINB_DEFINITIONS); a root definition is a
// `.raml` file directly in such a folder that starts with `#%RAML 0.8`. The command gets a definition's path as its
// last argument and prints `[{"path": "/users/{id}", "methods": ["get"]}]`. Its times are of the whole process, as are
// those of raml-1-parser (both started anew for each run, the best of --repeats); the times inside the process are
// without the start of node.

import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    definitions: { type: 'string', default: process.env.APINB_DEFINITIONS },
    command: { type: 'string', default: 'apinb definition tree --json' },
    repeats: { type: 'string', default: '3' },
    reference: { type: 'string' },
    lazy: { type: 'boolean', default: false },
  },
});

/** What raml-1-parser makes of one file: its tree, and the milliseconds it takes to have all of it. */
async function reference(file) {
  const { default: parser } = await import('raml-1-parser');
  const start = performance.now();
  const loaded = parser.loadApiSync(file);
  const api = loaded.expand ? loaded.expand() : loaded;
  const resources = api.allResources().map((resource) => ({
    path: resource.completeRelativeUri(),
    methods: resource.methods().map((method) => method.method()),
  }));
  const walked = performance.now() - start;
  // The definition with everything in it, as apinb has it after loading. Without this, raml-1-parser leaves bodies,
  // parameters, schemas and documentation for later.
  if (!options.lazy) {
    api.toJSON();
  }
  return { resources, walked, loaded: performance.now() - start };
}

if (options.reference) {
  process.stdout.write(JSON.stringify(await reference(options.reference)));
} else {
  process.exitCode = main();
}

function main() {
  if (!options.definitions || !existsSync(options.definitions)) {
    console.error('name the folder of the definitions: --definitions FOLDER, or APINB_DEFINITIONS');
    return 2;
  }
  const rows = [];
  let differences = 0;
  for (const file of rootDefinitions(options.definitions)) {
    const name = join(basename(dirname(file)), basename(file));
    const ours = measured(() => JSON.parse(run(options.command, file)));
    const theirs = measured(() =>
      JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), '--reference', file], { maxBuffer: 1 << 30 })),
    );
    const [own, other] = [pairs(ours.result), pairs(theirs.result.resources)];
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

function rootDefinitions(folder) {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => readdirSync(join(folder, entry.name)).map((name) => resolve(folder, entry.name, name)));
  return files.filter((file) => file.endsWith('.raml') && startOf(file).startsWith('#%RAML 0.8')).sort();
}

function startOf(file) {
  const start = Buffer.alloc(16);
  const descriptor = openSync(file);
  readSync(descriptor, start, 0, start.length, 0);
  closeSync(descriptor);
  return start.toString('utf8').replace(/^\uFEFF/, '');
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

/** `GET /users` for each method, `/users` for each resource. */
function pairs(resources) {
  return new Set(resources.flatMap(({ path, methods }) => [path, ...methods.map((name) => `${name.toUpperCase()} ${path}`)]));
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
