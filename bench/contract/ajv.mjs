// The shortest times of parsing a value and of validating it with ajv's compiled validator: `node ajv.mjs FOLDER`, where
// FOLDER has `value.json` and `schema.json`.
import { readFileSync } from "node:fs";
import Ajv from "ajv";
import addFormats from "ajv-formats";

const folder = process.argv[2];
const text = readFileSync(`${folder}/value.json`, "utf8");
const ajv = new Ajv({ allErrors: true });
addFormats(ajv);
const validate = ajv.compile(JSON.parse(readFileSync(`${folder}/schema.json`, "utf8")));

function shortest(run, repeats = 200) {
  let shortest = Infinity;
  for (let number = 0; number < repeats; number += 1) {
    const start = process.hrtime.bigint();
    run();
    shortest = Math.min(shortest, Number(process.hrtime.bigint() - start) / 1e6);
  }
  return shortest;
}

const value = JSON.parse(text);
if (!validate(value)) throw new Error(JSON.stringify(validate.errors));
const parse_ms = shortest(() => JSON.parse(text));
const check_ms = shortest(() => validate(value));
console.log(JSON.stringify({ parse_ms, check_ms, whole_ms: parse_ms + check_ms }));
