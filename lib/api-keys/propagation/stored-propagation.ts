import { z } from "zod";
import type { Propagation } from "../../words/propagation";

const STORED = z.object({
  endedBy: z.enum(["gateways", "time"]),
  gateways: z.array(z.object({ name: z.string(), ms: z.number().nullable() })),
});

/** What was written with an event; null with one of a version that wrote nothing of it. */
export function storedPropagation(data: unknown): Propagation | null {
  const stored = STORED.safeParse(data);
  return stored.success ? stored.data : null;
}
