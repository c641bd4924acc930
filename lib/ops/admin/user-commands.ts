import { disableUser, enableUser } from "../../support/operator/disable-user";
import { resetPassword, resetTwoFactor } from "../../support/operator/reset-access";
import type { Command } from "./command";
import { findUser, readReasonText, refuseIf, unwrap } from "./read";
import { accessResetLines, userLines } from "./report";

const options = { reason: { value: "TEXT", about: "why; the Owners see it under Activity" } };

export const USER_COMMANDS: Command[] = [
  {
    name: "reset-2fa",
    words: ["EMAIL"],
    options,
    summary: "let a user who lost their 2FA device log in again",
    details: [
      "Removes their 2FA device, passkeys and recovery codes, and ends their password and sessions. The",
      "command prints a temporary password once, and we email a link: with both they set up a new device",
      "and a new password. Verify their identity first.",
    ],
    async run({ words, options, operator, confirm }) {
      const user = await findUser(words[0]);
      refuseIf(user.disabled, { code: "user_disabled", email: user.email });
      await confirm([
        ...userLines(user),
        "Their 2FA device, passkeys, recovery codes and password stop working, and they are logged out everywhere.",
      ]);
      const back = unwrap(await resetTwoFactor(operator, user.email, readReasonText(options.reason)));
      return accessResetLines(`2FA of ${user.email} was reset.`, back);
    },
  },
  {
    name: "reset-password",
    words: ["EMAIL"],
    options,
    summary: "let a user who lost their password log in again",
    details: [
      "Ends their password and sessions. The command prints a temporary password once, and we email a",
      "link: with both, and a code from their 2FA device, they set a new password. Verify their identity",
      "first.",
    ],
    async run({ words, options, operator, confirm }) {
      const user = await findUser(words[0]);
      refuseIf(user.disabled, { code: "user_disabled", email: user.email });
      await confirm([
        ...userLines(user),
        `Their password stops working, and they are logged out everywhere. ${user.hasDevice ? "They keep their 2FA device." : "They have no 2FA device and set one up."}`,
      ]);
      const back = unwrap(await resetPassword(operator, user.email, readReasonText(options.reason)));
      return accessResetLines(`The password of ${user.email} was reset.`, back);
    },
  },
  {
    name: "disable-user",
    words: ["EMAIL"],
    options,
    summary: "log a user out everywhere and refuse their logins",
    details: ["It takes effect at once. API keys belong to their merchants and stay as they are."],
    async run({ words, options, operator, confirm }) {
      const user = await findUser(words[0]);
      refuseIf(user.disabled, { code: "user_disabled", email: user.email });
      await confirm([
        ...userLines(user),
        "They are logged out everywhere and cannot log in. API keys stay as they are.",
      ]);
      const { email, ended } = unwrap(await disableUser(operator, user.email, readReasonText(options.reason)));
      return [`${email} is disabled. ${ended === 1 ? "1 session was" : `${ended} sessions were`} ended.`];
    },
  },
  {
    name: "enable-user",
    words: ["EMAIL"],
    options,
    summary: "let a disabled user log in again",
    details: ["Their password and 2FA device are the same as before."],
    async run({ words, options, operator, confirm }) {
      const user = await findUser(words[0]);
      refuseIf(!user.disabled, { code: "user_not_disabled", email: user.email });
      await confirm([...userLines(user), "They can log in again."]);
      const { email } = unwrap(await enableUser(operator, user.email, readReasonText(options.reason)));
      return [`${email} can log in again.`];
    },
  },
];
