import { turnQueue } from "./turn-queue";

/** From this size on, a body takes a tenth of a millisecond or more of processor time. */
export const HEAVY_BYTES = 64 * 1024;

/**
 * Resolves in a turn of the event loop that no other heavy work uses. Heavy work requested
 * together runs in order, one piece per turn.
 *
 * Attack: forty bodies of 1 MiB that end in one turn. The lease expires while they are processed,
 * and all of them and everybody else's requests receive 503.
 */
export const heavyTurn = turnQueue();
