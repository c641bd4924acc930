import { disableUser, enableUser } from "../../operator/disable-user";
import { resetPassword, resetTwoFactor } from "../../operator/way-back";
import type { Command } from "./command";
import { done, findUser, readWords } from "./read";
import { userLines, wayBackLines } from "./told";

const options = { reason: { value: "TEXT", about: "why, for the record that Owners read" } };

export const USER_COMMANDS: Command[] = [
  {
    name: "reset-2fa",
    words: ["EMAIL"],
    options,
    summary: "let somebody in again who has lost the 2FA device",
    details: [
      "Their device, passkeys and recovery codes are removed, their password ends, and every session of theirs too. A temporary password is printed",
      "once and a link is mailed: with both they set up a new device and a new password. Make sure first that it is them who ask.",
    ],
    async run({ words, options, operator, confirm }) {
      const user = await findUser(words[0]);
      await confirm([...userLines(user), "Their 2FA device, passkeys, recovery codes and password stop working, and their sessions end."]);
      const back = done(await resetTwoFactor(operator, user.email, readWords(options.reason)));
      return wayBackLines(`2FA of ${user.email} was reset.`, back);
    },
  },
  {
    name: "reset-password",
    words: ["EMAIL"],
    options,
    summary: "let somebody in again who has lost the password",
    details: [
      "Their password ends, and every session of theirs. A temporary password is printed once and a link is mailed: with both and a code of their",
      "2FA device, which stays, they set a new password.",
    ],
    async run({ words, options, operator, confirm }) {
      const user = await findUser(words[0]);
      await confirm([...userLines(user), "Their password stops working, and their sessions end. Their 2FA device stays."]);
      const back = done(await resetPassword(operator, user.email, readWords(options.reason)));
      return wayBackLines(`The password of ${user.email} was reset.`, back);
    },
  },
  {
    name: "disable-user",
    words: ["EMAIL"],
    options,
    summary: "shut somebody out everywhere, at once",
    details: ["Every session of theirs ends, and no login is accepted. API keys belong to their merchants and stay as they are."],
    async run({ words, options, operator, confirm }) {
      const user = await findUser(words[0]);
      await confirm([...userLines(user), "They are logged out everywhere and cannot log in. No API key is touched."]);
      const { email, ended } = done(await disableUser(operator, user.email, readWords(options.reason)));
      return [`${email} is disabled. ${ended === 1 ? "1 session was" : `${ended} sessions were`} ended.`];
    },
  },
  {
    name: "enable-user",
    words: ["EMAIL"],
    options,
    summary: "let a disabled user log in again",
    details: ["Password and 2FA device are what they were."],
    async run({ words, options, operator, confirm }) {
      const user = await findUser(words[0]);
      await confirm([...userLines(user), "They may log in again."]);
      const { email } = done(await enableUser(operator, user.email, readWords(options.reason)));
      return [`${email} may log in again.`];
    },
  },
];
