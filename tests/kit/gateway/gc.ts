import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");

/** Has Node's garbage collector collect all there is. */
export const collectGarbage: () => void = runInNewContext("gc");
