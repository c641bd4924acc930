import { z } from "zod";
import type { Shape } from "@/tests/runner/row-shapes";

const PLAIN = {
  unknown: z.unknown(),
  string: z.string(),
  number: z.number(),
  bigint: z.bigint(),
  boolean: z.boolean(),
  null: z.null(),
  undefined: z.undefined(),
  Date: z.date(),
  bytes: z.instanceof(Uint8Array),
};

/** What a row of that type must pass. */
export function schemaOf(shape: Shape): z.ZodType {
  if (typeof shape === "string") return PLAIN[shape];
  if ("literal" in shape) return z.literal(shape.literal);
  if ("items" in shape) return z.array(schemaOf(shape.items));
  if ("values" in shape) return z.record(z.string(), schemaOf(shape.values));
  if ("fields" in shape) {
    const fields = Object.entries(shape.fields).map(([name, field]) => [name, schemaOf(field)] as const);
    return z.object(Object.fromEntries(fields));
  }
  const union = z.union(shape.anyOf.map(schemaOf));
  return shape.anyOf.includes("undefined") ? union.optional() : union;
}
