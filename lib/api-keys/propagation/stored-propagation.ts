import { z } from "zod";
import type { Propagation } from "../../words/propagation";

const STORED = z.object({
  endedBy: z.enum(["gateways", "time"]),
  gateways: z.array(z.object({ name: z.string(), ms: z.number().nullable() })),
});

/** The propagation stored with an event; null if an earlier version wrote the event without it. */
export function storedPropagation(data: unknown): Propagation | null {
  const stored = STORED.safeParse(data);
  return stored.success ? stored.data : null;
}
