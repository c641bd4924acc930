import { z } from "zod";
import type { CurrentUser, OwnAction } from "../../actions/own-action";
import type { SessionId } from "../../platform/ids";
import type { Result } from "../../platform/result";
import { addPasskey, beginPasskey } from "../second-factor/passkeys/add";
import { requestChallenge } from "../second-factor/passkeys/issue-challenge";
import { removePasskey } from "../second-factor/passkeys/remove";
import { ATTESTATION, type Attestation } from "../second-factor/passkeys/responses";
import { changePassword, type PasswordChange } from "./change-password";
import { endOneSession, endOtherSessions } from "./end-sessions";
import { beginMove, confirmMove } from "./move-device";
import { regenerateRecoveryCodes } from "./recovery-codes";

const password = z.string().min(1).max(1_024);
/** Shown in lists and mails, so control and bidirectional formatting characters are refused. */
const name = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[^\p{Cc}\p{Bidi_Control}]*$/u);
const own = { stage: "full" } as const;

export const passwordChange: OwnAction<PasswordChange, { ended: number }> = {
  ...own,
  name: "account:change-password",
  secondFactor: "code",
  input: z.object({ current: password, next: password, confirm: password }),
  run: changePassword,
};

export const recoveryCodes: OwnAction<unknown, { codes: string[]; replaced: number }> = {
  ...own,
  name: "account:recovery-codes",
  secondFactor: "code",
  input: z.object({}),
  run: (self, _input, proof) => regenerateRecoveryCodes(self, proof),
};

export const moveStart: OwnAction<unknown, { seed: string; uri: string }> = {
  ...own,
  name: "account:move-device",
  secondFactor: "code-or-recovery-code",
  input: z.object({}),
  run: (self, _input, proof) => beginMove(self, proof),
};

/** `deviceCode` is from the new device; the second factor was already given to start the move. */
export const moveConfirmation: OwnAction<{ deviceCode: string }, { ended: number }> = {
  ...own,
  secondFactor: "none",
  input: z.object({ deviceCode: z.string().max(64) }),
  run: confirmMove,
};

/** Ending a session only removes access, so it needs no code. */
export const sessionEnd: OwnAction<{ sessionId: SessionId }, { ended: number }> = {
  ...own,
  secondFactor: "none",
  input: z.object({ sessionId: z.guid().toLowerCase() }),
  run: endOneSession,
};

export const otherSessionsEnd: OwnAction<unknown, { ended: number }> = {
  ...own,
  secondFactor: "none",
  input: z.object({}),
  run: endOtherSessions,
};

type Creation = Awaited<ReturnType<typeof beginPasskey>> extends Result<infer T> ? T : never;
type Request = Awaited<ReturnType<typeof requestChallenge>> extends Result<infer T> ? T : never;

export const passkeyStart: OwnAction<{ name: string }, Creation> = {
  ...own,
  name: "account:add-passkey",
  secondFactor: "code",
  input: z.object({ name }),
  run: (self: CurrentUser, { name }, proof) => beginPasskey(self, name, proof),
};

/** Needs no code: one was already given to get the challenge. */
export const passkeyAddition: OwnAction<{ answer: Attestation }, { name: string }, { answer: unknown }> = {
  ...own,
  secondFactor: "none",
  input: z.object({ answer: ATTESTATION }),
  run: (self, { answer }) => addPasskey(self, answer),
};

export const passkeyRemoval: OwnAction<{ passkeyId: string }, { removed: true }> = {
  ...own,
  name: "account:remove-passkey",
  secondFactor: "code",
  input: z.object({ passkeyId: z.guid().toLowerCase() }),
  run: removePasskey,
};

/** Needs no code: a challenge proves nothing until a passkey has signed it. */
export const passkeyQuestion: OwnAction<{ operation: string; request: unknown }, Request> = {
  ...own,
  secondFactor: "none",
  input: z.object({ operation: z.string().max(64), request: z.looseObject({}) }),
  run: (self, { operation, request }) => requestChallenge(self, operation, request),
};
