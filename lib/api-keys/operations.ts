import { z } from "zod";
import { may } from "../access/permissions";
import type { MemberAction } from "../actions/member-action";
import type { KeyId, Ticket } from "../platform/ids";
import { accept, refuse } from "../platform/result";
import type { Progress } from "../words/propagation";
import { type Activated, type Activation, activateKey, repeatActivation } from "./activate";
import { type Deactivated, deactivateKey } from "./deactivate";
import { type Edit, editIps } from "./edit-ips";
import { generateKey } from "./generate";
import {
  DEACTIVATION_REASONS,
  type DeactivationReason,
  RETIREMENT_REASONS,
  type RetirementReason,
  TAKES_OVER,
} from "./lifecycle";
import { writeNote } from "./note";
import { MAX_NOTE_LENGTH, normalizeNote } from "./note-text";
import { progressOfKey } from "./propagation/acknowledgements";
import type { StopResult } from "./propagation/finish-stop";
import { confirmReceipt, confirmSaved } from "./propagation/receipt";
import { type SeenSources, seenSources } from "./reads/seen-sources";
import { retireKey } from "./retire";
import { TICKET } from "./reveal/ticket";
import { cancelRotation } from "./rotation/cancel";
import { type Rotated, type Rotation, repeatRotation, rotateKey } from "./rotation/rotate";
import { type TakenOver, takeOver } from "./rotation/take-over";

const keyId = z.guid().toLowerCase();
const ips = z.array(z.string().max(100)).max(500);
const ticket = z.string().regex(TICKET);

/** Parses the code as well, because a replay must be identical, including its code. */
const activationInput = z
  .object({ keyId, ips, ticket, code: z.string().max(64).default("") })
  .transform(({ ips, ...rest }): Activation => ({ ...rest, allowedIps: ips }));

export const generation: MemberAction<unknown, { id: string; number: number }> = {
  permission: "api-key:generate",
  input: z.object({}),
  run: (member, _input, proof) => generateKey(member, proof),
};

type ActivationInput = z.input<typeof activationInput>;

export const activation: MemberAction<Activation, Activated, ActivationInput> = {
  permission: "api-key:activate",
  input: activationInput,
  replay: repeatActivation,
  run: activateKey,
};

/**
 * The activation for a fetch route at the key's own URL. It is no server action, because Next runs
 * those one at a time, so one that hangs would block its own retry.
 */
export const activationOf = (id: string): MemberAction<Activation, Activated, ActivationInput> => ({
  ...activation,
  input: activationInput.refine((input) => input.keyId === id.toLowerCase(), { path: ["keyId"] }),
});

/** `alsoFrom`: one address to add to the current list. */
export const ipsEdit: MemberAction<Edit, { number: number }, { keyId: KeyId; ips?: string[]; alsoFrom?: string }> = {
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

export const deactivation: MemberAction<{ keyId: KeyId; reason: DeactivationReason; takeOver?: boolean }, Deactivated> =
  {
    permission: "api-key:deactivate",
    input: z.object({ keyId, reason: z.enum(DEACTIVATION_REASONS), takeOver: z.boolean().optional() }),
    run: deactivateKey,
  };

export const retirement: MemberAction<{ keyId: KeyId; reason: RetirementReason }, StopResult> = {
  permission: "api-key:retire",
  input: z.object({ keyId, reason: z.enum(RETIREMENT_REASONS) }),
  run: retireKey,
};

export const noteEdit: MemberAction<{ keyId: KeyId; note: string }, { number: number }> = {
  permission: "api-key:note",
  input: z.object({
    keyId,
    note: z
      .string()
      .max(1_000)
      .refine((text) => [...normalizeNote(text)].length <= MAX_NOTE_LENGTH),
  }),
  run: writeNote,
};

const rotationInput = z
  .object({ keyId, ips, takesOver: z.enum(TAKES_OVER), ticket, code: z.string().max(64).default("") })
  .transform(({ ips, ...rest }): Rotation => ({ ...rest, allowedIps: ips }));

type RotationInput = z.input<typeof rotationInput>;

export const rotation: MemberAction<Rotation, Rotated, RotationInput> = {
  permission: "api-key:rotate",
  input: rotationInput,
  replay: repeatRotation,
  run: rotateKey,
};

/** The same rotation as a plain fetch, at the address of the key that is rotated. */
export const rotationOf = (id: string): MemberAction<Rotation, Rotated, RotationInput> => ({
  ...rotation,
  input: rotationInput.refine((input) => input.keyId === id.toLowerCase(), { path: ["keyId"] }),
});

export const takingOver: MemberAction<{ keyId: KeyId }, TakenOver> = {
  permission: "api-key:take-over",
  input: z.object({ keyId }),
  run: takeOver,
};

export const cancellation: MemberAction<{ keyId: KeyId }, { number: number }> = {
  permission: "api-key:cancel-rotation",
  input: z.object({ keyId }),
  run: cancelRotation,
};

/** Needs no code: it only deletes the stored copy of the secret. */
export const receiptOf = (id: string): MemberAction<{ ticket: Ticket }, { number: number }> => ({
  permission: "api-key:read",
  input: z.object({ ticket }),
  run: async (member, input) =>
    keyId.safeParse(id).success ? confirmReceipt(member, { keyId: id, ...input }) : refuse({ code: "not_found" }),
});

/** Needs no code: it only stops asking whether the secret was saved. */
export const secretSaved: MemberAction<{ keyId: KeyId }, { number: number }> = {
  permission: "api-key:read",
  input: z.object({ keyId }),
  run: confirmSaved,
};

/** The dialog polls this during a deactivation. Only for members who may deactivate. */
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
export const seenOf = (id: string): MemberAction<unknown, SeenSources> => ({
  permission: "api-key:read",
  reads: true,
  input: z.object({}),
  run: async (member) =>
    keyId.safeParse(id).success && may(member.role, "api-key:edit-ips")
      ? seenSources(member, id)
      : refuse({ code: "not_found" }),
});
