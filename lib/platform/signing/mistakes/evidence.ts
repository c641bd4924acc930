import type { Request } from "./other-data";
import type { Mistake } from "./words/words";

/** A signature and what it is compared with. `request`: other parts of the request. */
export type Evidence = { secret: Uint8Array; key: string; body: Uint8Array; signature: string; request?: Request };

/**
 * The mistakes: none if the signature is right, otherwise one, or two or three at once. `signed`
 * are the signed bytes, if they differ from the body.
 */
export type Found = { mistakes: readonly Mistake[]; signed?: Uint8Array };
