import { z } from "zod";
import { may } from "../access/permissions";
import type { MemberAction } from "../actions/member-action";
import { accept, refuse } from "../platform/result";
import type { Progress } from "../words/propagation";
import { type Activated, type Activation, activateKey, repeatActivation } from "./activate";
import { deactivateKey } from "./deactivate";
import { type Edit, editIps } from "./edit-ips";
import { generateKey } from "./generate";
import { DEACTIVATION_REASONS, type DeactivationReason, RETIREMENT_REASONS, type RetirementReason } from "./lifecycle";
import { writeNote } from "./note";
import { LONGEST_NOTE, tidyNote } from "./note-text";
import { progressOfKey } from "./propagation/acknowledgements";
import { confirmReceipt, confirmSaved } from "./propagation/receipt";
import type { StopResult } from "./propagation/wait";
import { retireKey } from "./retire";
import { TICKET } from "./reveal/ticket";
import { type Seen, seenSources } from "./seen";

const keyId = z.guid().toLowerCase();
const ips = z.array(z.string().max(100)).max(500);
const ticket = z.string().regex(TICKET);

/** The code is read here as well: the identical request has the same one. */
const activationInput = z
  .object({ keyId, ips, ticket, code: z.string().max(64).default("") })
  .transform(({ ips, ...rest }): Activation => ({ ...rest, allowedIps: ips }));

export const generation: MemberAction<unknown, { id: string; number: number }> = {
  permission: "api-key:generate",
  input: z.object({}),
  run: (member, _input, proof) => generateKey(member, proof),
};

export const activation: MemberAction<Activation, Activated> = {
  permission: "api-key:activate",
  input: activationInput,
  replay: repeatActivation,
  run: activateKey,
};

/** The same activation as a plain fetch, at the key's own address: Next runs server actions one at a time, so a hung one would block its own retry. */
export const activationOf = (id: string): MemberAction<Activation, Activated> => ({
  ...activation,
  input: activationInput.refine((input) => input.keyId === id.toLowerCase(), { path: ["keyId"] }),
});

/** `alsoFrom`: one address beside those that are allowed already. */
export const ipsEdit: MemberAction<Edit, { number: number }> = {
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

export const deactivation: MemberAction<{ keyId: string; reason: DeactivationReason }, StopResult> = {
  permission: "api-key:deactivate",
  input: z.object({ keyId, reason: z.enum(DEACTIVATION_REASONS) }),
  run: deactivateKey,
};

export const retirement: MemberAction<{ keyId: string; reason: RetirementReason }, StopResult> = {
  permission: "api-key:retire",
  input: z.object({ keyId, reason: z.enum(RETIREMENT_REASONS) }),
  run: retireKey,
};

export const noteEdit: MemberAction<{ keyId: string; note: string }, { number: number }> = {
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
export const receiptOf = (id: string): MemberAction<{ ticket: string }, { number: number }> => ({
  permission: "api-key:read",
  input: z.object({ ticket }),
  run: async (member, input) =>
    keyId.safeParse(id).success ? confirmReceipt(member, { keyId: id, ...input }) : refuse({ code: "not_found" }),
});

/** Needs no code: it ends a question, and nothing else. */
export const secretSaved: MemberAction<{ keyId: string }, { number: number }> = {
  permission: "api-key:read",
  input: z.object({ keyId }),
  run: confirmSaved,
};

/** What the dialog asks again and again during a deactivation. Only for members who may deactivate. */
export const progressOf = (id: string): MemberAction<unknown, Progress | null> => ({
  permission: "api-key:read",
  reads: true,
  input: z.object({}),
  run: async (member) =>
    keyId.safeParse(id).success && may(member.role, "api-key:deactivate")
      ? accept(await progressOfKey(member, id))
      : refuse({ code: "not_found" }),
});

/** What a dialog asks before addresses are saved. Only for members who may change them. */
export const seenOf = (id: string): MemberAction<unknown, Seen> => ({
  permission: "api-key:read",
  reads: true,
  input: z.object({}),
  run: async (member) =>
    keyId.safeParse(id).success && may(member.role, "api-key:edit-ips") ? seenSources(member, id) : refuse({ code: "not_found" }),
});
