import type { Mistake } from "../words/words";
import { QUOTES, type Style } from "./write";

const COMPACT = { comma: ",", colon: ":" };
const SPACED = { comma: ", ", colon: ": " };
const indented = (indent: string) => ({ comma: ",", colon: ": ", indent });
const WINDOWS = { newline: "\r\n" };

/**
 * How common programs write JSON, the most common first, each with the mistake that is named if
 * the signature matches it.
 */
export const STYLES: readonly (readonly [Mistake, Style])[] = [
  ["json_compact", { ...COMPACT, quote: QUOTES.raw }],
  ["json_python", { ...SPACED, quote: QUOTES.ascii }],
  ["json_php", { ...COMPACT, quote: QUOTES.php }],
  ["json_indented", { ...indented("  "), quote: QUOTES.raw }],
  ["json_indented", { ...indented("    "), quote: QUOTES.raw }],
  ["json_go", { ...COMPACT, quote: QUOTES.go }],
  ["json_dotnet", { ...COMPACT, quote: QUOTES.dotnet }],
  ["json_python", { ...SPACED, quote: QUOTES.raw }],
  ["json_escapes", { ...COMPACT, quote: QUOTES.ascii }],
  ["json_php", { ...COMPACT, quote: QUOTES.slashes }],
  ["json_php", { ...indented("    "), quote: QUOTES.php }],
  ["json_indented", { ...indented("  "), ...WINDOWS, quote: QUOTES.raw }],
  ["json_indented", { ...indented("    "), ...WINDOWS, quote: QUOTES.raw }],
  ["json_dotnet", { ...indented("  "), ...WINDOWS, quote: QUOTES.dotnet }],
  ["json_dotnet", { ...indented("  "), quote: QUOTES.dotnet }],
  ["json_powershell", { ...indented("    "), colon: ":  ", hanging: true, ...WINDOWS, quote: QUOTES.powershell }],
  ["json_indented", { ...indented("\t"), quote: QUOTES.raw }],
  ["json_gson", { ...COMPACT, quote: QUOTES.gson }],
  ["json_python", { ...indented("    "), quote: QUOTES.ascii }],
  ["json_python", { ...indented("  "), quote: QUOTES.ascii }],
  ["json_indented", { ...indented("  "), colon: " : ", quote: QUOTES.raw }],
  ["json_indented", { ...indented("  "), colon: " : ", quote: QUOTES.slashes }],
  ["json_go", { ...indented("  "), quote: QUOTES.go }],
  ["json_gson", { ...indented("  "), quote: QUOTES.gson }],
  ["json_spaced", { comma: ",", colon: ": ", quote: QUOTES.raw }],
  ["json_spaced", { comma: ", ", colon: ":", quote: QUOTES.raw }],
  ["json_php", { ...indented("    "), quote: QUOTES.slashes }],
  ["json_indented", { ...indented(" "), quote: QUOTES.raw }],
  ["json_indented", { ...indented("   "), quote: QUOTES.raw }],
];

/** Styles of single programs, in which most data looks as in one of the styles above. */
export const TOOL_STYLES: typeof STYLES = [
  ["json_powershell", { ...COMPACT, quote: QUOTES.powershell }],
  ["json_indented", { ...indented("  "), colon: " : ", inlineArrays: true, quote: QUOTES.raw }],
];

export const COMPACT_STYLE: Style = { ...COMPACT, quote: QUOTES.raw };
export const SPACED_STYLE: Style = { ...SPACED, quote: QUOTES.raw };

/** The styles in which programs write JSON with sorted names, the most common first. */
export const ORDERED_STYLES: readonly (readonly [readonly Mistake[], Style])[] = [
  [["json_order"], COMPACT_STYLE],
  [["json_order"], SPACED_STYLE],
  [["json_order", "json_escapes"], { ...COMPACT, quote: QUOTES.ascii }],
  [["json_order", "json_python"], { ...SPACED, quote: QUOTES.ascii }],
  [["json_order", "json_php"], { ...COMPACT, quote: QUOTES.php }],
  [["json_order", "json_go"], { ...COMPACT, quote: QUOTES.go }],
  [["json_order", "json_indented"], { ...indented("  "), quote: QUOTES.raw }],
];

/** The same of Apple's JSONSerialization. */
export const ORDERED_SLASHES: Style = { ...COMPACT, quote: QUOTES.slashes };
