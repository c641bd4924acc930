import { z } from "zod";
import { may } from "../access/permissions";
import type { MemberAction } from "../actions/member-action";
import { accept, refuse } from "../platform/result";
import type { Progress } from "../words/propagation";
import { type Activated, type Activation, activateKey, repeatActivation } from "./activate";
import { cancelRotation } from "./cancel-rotation";
import { deactivateKey } from "./deactivate";
import { editIps } from "./edit-ips";
import { generateKey } from "./generate";
import { DEACTIVATION_REASONS, type DeactivationReason, RETIREMENT_REASONS, type RetirementReason, TAKES_OVER } from "./lifecycle";
import { progressOfKey } from "./propagation/acknowledgements";
import { confirmReceipt, confirmSaved } from "./propagation/receipt";
import type { StopResult } from "./propagation/wait";
import { retireKey } from "./retire";
import { TICKET } from "./reveal/ticket";
import { type Rotated, type Rotation, repeatRotation, rotateKey } from "./rotate";
import { type TakenOver, takeOver } from "./take-over";

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

export const ipsEdit: MemberAction<{ keyId: string; ips: string[] }, { number: number }> = {
  permission: "api-key:edit-ips",
  input: z.object({ keyId, ips }),
  run: (member, { keyId, ips }, proof) => editIps(member, { keyId, allowedIps: ips }, proof),
};

export const deactivation: MemberAction<{ keyId: string; reason: DeactivationReason; takeOver?: boolean }, StopResult> = {
  permission: "api-key:deactivate",
  input: z.object({ keyId, reason: z.enum(DEACTIVATION_REASONS), takeOver: z.boolean().optional() }),
  run: deactivateKey,
};

export const retirement: MemberAction<{ keyId: string; reason: RetirementReason }, StopResult> = {
  permission: "api-key:retire",
  input: z.object({ keyId, reason: z.enum(RETIREMENT_REASONS) }),
  run: retireKey,
};

const rotationInput = z
  .object({ keyId, ips, takesOver: z.enum(TAKES_OVER), ticket, code: z.string().max(64).default("") })
  .transform(({ ips, ...rest }): Rotation => ({ ...rest, allowedIps: ips }));

export const rotation: MemberAction<Rotation, Rotated> = {
  permission: "api-key:rotate",
  input: rotationInput,
  replay: repeatRotation,
  run: rotateKey,
};

/** The same rotation as a plain fetch, at the address of the key that is rotated. */
export const rotationOf = (id: string): MemberAction<Rotation, Rotated> => ({
  ...rotation,
  input: rotationInput.refine((input) => input.keyId === id.toLowerCase(), { path: ["keyId"] }),
});

export const takingOver: MemberAction<{ keyId: string }, TakenOver> = {
  permission: "api-key:take-over",
  input: z.object({ keyId }),
  run: takeOver,
};

export const cancellation: MemberAction<{ keyId: string }, { number: number }> = {
  permission: "api-key:cancel-rotation",
  input: z.object({ keyId }),
  run: cancelRotation,
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
