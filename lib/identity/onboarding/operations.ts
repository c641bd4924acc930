import { z } from "zod";
import type { OwnAction } from "../../actions/own-action";
import { confirmDevice } from "./confirm-device";
import { type FirstLoginDone, type NewPassword, setFirstPassword } from "./set-password";

const password = z.string().max(1_024);

export const deviceConfirmation: OwnAction<{ code: string }, { seconds: number }> = {
  stage: "enrol",
  secondFactor: "none",
  input: z.object({ code: z.string().max(64) }),
  run: confirmDevice,
};

export const firstPassword: OwnAction<NewPassword, FirstLoginDone> = {
  stage: "new_password",
  secondFactor: "none",
  input: z.object({ temporary: password, password, confirm: password }),
  run: setFirstPassword,
};
