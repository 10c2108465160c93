// Parses the TAP report on stdin and prints every test point with its position in the tree of subtests as JSON. Invalid
// TAP is an error.
import { readFileSync } from "node:fs";
import { Parser } from "tap-parser";

const points = [];
const foreign = [];
function listen(parser, path) {
  parser.on("child", (child) => listen(child, [...path, child.name]));
  parser.on("assert", ({ ok, id, name, skip, diag }) => points.push({ path, ok, id, name, skip, diag }));
  parser.on("extra", (text) => foreign.push(text));
}
const parser = new Parser({ strict: true });
listen(parser, []);
const ended = new Promise((done) => parser.on("complete", done));
parser.end(readFileSync(0, "utf8"));
const { plan, failures } = await ended;
const broken = failures.filter((failure) => failure.tapError);
if (broken.length || foreign.length) {
  console.error(JSON.stringify({ broken, foreign }, null, 2));
  process.exit(1);
}
console.log(JSON.stringify({ plan, points }));
