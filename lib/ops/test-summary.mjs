import { bold, dim, green, red, say, seconds } from "./output.mjs";

/** Runs one part and says on a line of its own how it went. */
export async function told(name, runner) {
  const began = performance.now();
  const found = await runner();
  const { passed, failures } = found;
  const line = `${name}: ${passed} passed${failures.length > 0 ? `, ${failures.length} failed` : ""} ${dim(seconds(began))}`;
  say(`  ${failures.length > 0 ? red("✗") : green("✓")} ${line}`);
  return { name, ...found };
}

/** Prints what failed, then the one line that counts. @returns {boolean} whether all is well */
export function sum(results) {
  for (const { name, failures } of results) {
    for (const { title, message } of failures) {
      say(`\n${red("✗")} ${bold(`${name}: ${title}`)}`);
      const lines = message
        .trimEnd()
        .split("\n")
        .filter((line) => !/^\s+at (new Promise |.*(node_modules|node:internal)\/)/.test(line));
      for (const line of lines.slice(0, 60)) say(`    ${line}`);
    }
  }
  const passed = results.reduce((count, result) => count + result.passed, 0);
  const failed = results.reduce((count, { failures }) => count + failures.length, 0);
  say(`\n${passed} passed, ${failed} failed`);
  return failed === 0;
}
