// Parses the LCOV tracefile on stdin and prints its files as JSON. An unknown or incomplete line is an error.
import { readFileSync } from "node:fs";
import lcovParser from "@friedemannsommer/lcov-parser";

const text = readFileSync(0, "utf8");
const sections = await lcovParser({ from: text });
const known = /^(TN|SF|FN|FNDA|FNF|FNH|DA|LF|LH):|^end_of_record$/;
const foreign = text.split("\n").filter((line) => line && !known.test(line));
const broken = sections.filter(
  ({ functions, lines }) => functions.instrumented !== functions.details.length || lines.instrumented !== lines.details.length,
);
if (foreign.length || broken.length) {
  console.error(JSON.stringify({ foreign, broken }, null, 2));
  process.exit(1);
}
console.log(
  JSON.stringify(
    sections.map(({ path, functions, lines }) => ({
      path,
      functions: functions.details.map(({ name, line, hit }) => ({ name, line, hit })),
      lines: lines.details.map(({ line, hit }) => [line, hit]),
    })),
  ),
);
