import { describe, expect, test } from "vitest";
import { refusedPassword } from "@/lib/platform/crypto/password-policy";

const EMAIL = "sanna.holm+keys@nordwind.example";
const codeOf = (password: string, email = EMAIL) => refusedPassword(password, email)?.code ?? null;

describe("a password", () => {
  test.each([
    ["eleven characters", "maple river"],
    ["nothing", ""],
    ["129 characters", "maple river stone ".repeat(8).slice(0, 129)],
    ["eleven characters that take more than eleven units", "🗝️".repeat(5)],
  ])("of %s is refused for its length", (_what, password) => {
    expect(codeOf(password)).toBe("new_password_length");
  });

  test.each([
    "password1234",
    "Password1234!",
    "P@ssw0rd1234",
    "passwordpassword",
    "2024sunflower!",
    "sunflowersunflower",
    "letmein123456",
    "iloveyou1234",
    "administrator",
    "Countersign2026",
    "123456789012",
    "098765432109",
    "abcdefghijkl",
    "qwertyuiop12",
    "qwertyuiopasdfgh",
    "1q2w3e4r5t6y",
    "aaaaaaaaaaaa",
    "abcabcabcabc",
    "            ",
    "PASSWORD1234",
    "ｐａｓｓｗｏｒｄ１２３４",
  ])("%s is refused as too common", (password) => {
    expect(codeOf(password)).toBe("new_password_common");
  });

  test.each(["so sanna.holm it is", "SANNA.HOLM goes north", EMAIL, `x${EMAIL.toUpperCase()}x`])(
    "%s is refused because it contains the email",
    (password) => {
      expect(codeOf(password)).toBe("new_password_contains_email");
    },
  );

  test("a name of one or two letters in the email forbids no word", () => {
    expect(codeOf("maple river stone", "al@nordwind.example")).toBeNull();
  });

  test.each([
    "maple river stone",
    "vk8QpT2mLw9x",
    "велосипед синий",
    "鍵は一度だけ見せてください",
    "  maple river  ",
    "maple river stone ".repeat(8).slice(0, 128),
    "only small letters here",
  ])("%s is accepted: no rule requires kinds of characters", (password) => {
    expect(codeOf(password)).toBeNull();
  });
});
