import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { confirm } from "@/lib/ops/admin/confirm";
import { Declined } from "@/lib/ops/admin/errors";

/** Asks at a terminal where somebody types this; `null` ends the input without any text. */
async function asked({
  typed,
  merchantName,
  tty = true,
  yes = false,
}: {
  typed: string | null;
  merchantName?: string;
  tty?: boolean;
  yes?: boolean;
}) {
  const input = Object.assign(new PassThrough(), { isTTY: tty });
  const output = new PassThrough();
  let shown = "";
  output.on("data", (chunk) => {
    shown += chunk;
  });
  const answer = confirm({ about: ["Merchant 20417, Nordwind Trading (live)"], merchantName, yes }, { input, output });
  if (typed === null) input.end();
  else input.write(`${typed}\n`);
  const outcome = await answer.then(
    () => "goes on",
    (error: unknown) => {
      expect(error).toBeInstanceOf(Declined);
      return (error as Declined).message;
    },
  );
  return { outcome, shown };
}

const merchantName = "Nordwind Trading";

describe("at a terminal", () => {
  test.each(["", "n", "no", "yes please", "y y", "j", "Nordwind Trading"])(
    "%j does not confirm: nothing was changed",
    async (typed) => {
      expect((await asked({ typed })).outcome).toBe("Nothing was changed.");
    },
  );

  test.each(["y", "Y", "yes", " yes "])("%j confirms", async (typed) => {
    expect((await asked({ typed })).outcome).toBe("goes on");
  });

  test.each(["", "y", "yes", "nordwind trading", "Nordwind", "Nordwind Trading Ltd", "20417"])(
    "%j is not the merchant's name: nothing was changed",
    async (typed) => {
      const { outcome, shown } = await asked({ typed, merchantName });
      expect(outcome).toBe("Nothing was changed.");
      expect(shown).toContain("Type the merchant's name to continue");
    },
  );

  test("the merchant's name confirms", async () => {
    expect((await asked({ typed: merchantName, merchantName })).outcome).toBe("goes on");
  });

  test("an input that ends before an answer does not confirm", async () => {
    expect((await asked({ typed: null })).outcome).toBe("Nothing was changed.");
  });

  test("what is about to be done is shown before the question", async () => {
    expect((await asked({ typed: "n" })).shown).toMatch(
      /^Merchant 20417, Nordwind Trading \(live\)\nContinue\? \[y\/N\]/,
    );
  });
});

describe("without a terminal", () => {
  test.each([undefined, merchantName])("it is refused, though the right answer is piped in", async (name) => {
    const { outcome } = await asked({ typed: name ?? "yes", merchantName: name, tty: false });
    expect(outcome).toContain("Add --yes. Nothing was changed.");
  });

  test("--yes confirms, and what is done is shown all the same", async () => {
    const { outcome, shown } = await asked({ typed: null, tty: false, yes: true });
    expect([outcome, shown]).toEqual(["goes on", "Merchant 20417, Nordwind Trading (live)\n"]);
  });
});
