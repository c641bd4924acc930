import { z } from "zod";
import { may } from "../access/permissions";
import type { Operation } from "../perform";
import { accept, refuse } from "../result";
import { progressOfKey } from "./acknowledgements";
import { type Activated, type Activation, activateKey, repeatActivation } from "./activate";
import { deactivateKey } from "./deactivate";
import { type Edit, editIps } from "./edit-ips";
import { generateKey } from "./generate";
import { DEACTIVATION_REASONS, type DeactivationReason, RETIREMENT_REASONS, type RetirementReason } from "./lifecycle";
import { writeNote } from "./note";
import { LONGEST_NOTE, tidyNote } from "./note-text";
import type { Progress } from "./propagation-words";
import { confirmReceipt, confirmSaved } from "./receipt";
import type { Refusing } from "./refused-everywhere";
import { retireKey } from "./retire";
import { type Seen, seenSources } from "./seen";
import { TICKET } from "./ticket";

const keyId = z.guid().toLowerCase();
const ips = z.array(z.string().max(100)).max(500);
const ticket = z.string().regex(TICKET);

/** The code is read here as well: the identical request has the same one. */
const activationInput = z
  .object({ keyId, ips, ticket, code: z.string().max(64).default("") })
  .transform(({ ips, ...rest }): Activation => ({ ...rest, allowedIps: ips }));

export const generation: Operation<unknown, { id: string; number: number }> = {
  permission: "api-key:generate",
  input: z.object({}),
  run: (member, _input, proof) => generateKey(member, proof),
};

export const activation: Operation<Activation, Activated> = {
  permission: "api-key:activate",
  input: activationInput,
  replay: repeatActivation,
  run: activateKey,
};

/** The same activation as a plain fetch, at the key's own address: Next runs server actions one at a time, so a hung one would block its own retry. */
export const activationOf = (id: string): Operation<Activation, Activated> => ({
  ...activation,
  input: activationInput.refine((input) => input.keyId === id.toLowerCase(), { path: ["keyId"] }),
});

/** `alsoFrom`: one address beside those that are allowed already. */
export const ipsEdit: Operation<Edit, { number: number }> = {
  permission: "api-key:edit-ips",
  input: z
    .object({ keyId, ips: ips.optional(), alsoFrom: z.string().max(100).optional() })
    .transform(({ keyId, ips, alsoFrom }, context): Edit => {
      if (ips && alsoFrom === undefined) return { keyId, allowedIps: ips };
      if (alsoFrom !== undefined && !ips) return { keyId, alsoFrom };
      context.addIssue({ code: "custom", path: ["ips"], message: "the list, or one address" });
      return z.NEVER;
    }),
  run: editIps,
};

export const deactivation: Operation<{ keyId: string; reason: DeactivationReason }, Refusing> = {
  permission: "api-key:deactivate",
  input: z.object({ keyId, reason: z.enum(DEACTIVATION_REASONS) }),
  run: deactivateKey,
};

export const retirement: Operation<{ keyId: string; reason: RetirementReason }, Refusing> = {
  permission: "api-key:retire",
  input: z.object({ keyId, reason: z.enum(RETIREMENT_REASONS) }),
  run: retireKey,
};

export const noteEdit: Operation<{ keyId: string; note: string }, { number: number }> = {
  permission: "api-key:note",
  input: z.object({
    keyId,
    note: z
      .string()
      .max(1_000)
      .refine((text) => [...tidyNote(text)].length <= LONGEST_NOTE),
  }),
  run: writeNote,
};

/** Needs no code: it takes the secret away from where it was, and gives nothing. */
export const receiptOf = (id: string): Operation<{ ticket: string }, { number: number }> => ({
  permission: "api-key:read",
  input: z.object({ ticket }),
  run: async (member, input) =>
    keyId.safeParse(id).success ? confirmReceipt(member, { keyId: id, ...input }) : refuse({ code: "not_found" }),
});

/** Needs no code: it ends a question, and nothing else. */
export const secretSaved: Operation<{ keyId: string }, { number: number }> = {
  permission: "api-key:read",
  input: z.object({ keyId }),
  run: confirmSaved,
};

/** What the dialog asks again and again during a deactivation. Only for members who may deactivate. */
export const progressOf = (id: string): Operation<unknown, Progress | null> => ({
  permission: "api-key:read",
  reads: true,
  input: z.object({}),
  run: async (member) =>
    keyId.safeParse(id).success && may(member.role, "api-key:deactivate")
      ? accept(await progressOfKey(member, id))
      : refuse({ code: "not_found" }),
});

/** What a dialog asks before addresses are saved. Only for members who may change them. */
export const seenOf = (id: string): Operation<unknown, Seen> => ({
  permission: "api-key:read",
  reads: true,
  input: z.object({}),
  run: async (member) =>
    keyId.safeParse(id).success && may(member.role, "api-key:edit-ips") ? seenSources(member, id) : refuse({ code: "not_found" }),
});
