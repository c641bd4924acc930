import { describe, expect, test } from "vitest";
import { EVENTS } from "@/lib/audit/events";
import { wordsOf } from "@/lib/words/audit/words";
import { BANNED_FORMS, OLD_SENTENCES } from "../../kit/banned-words";
import { MAILS, renderSample } from "../../kit/mail/mail-samples";
import { filesIn, source, type Words, wordsIn } from "../../kit/read-words";

const CODE = ["app", "components", "lib"].flatMap((folder) => filesIn(folder, /\.(?:ts|tsx|mjs)$/));
const DOCUMENTS = ["README.md", ...filesIn("docs", /\.md$/), ...filesIn("public", /\.json$/)];

const letters = (): Words[] =>
  MAILS.map((name) => {
    const { subject, text } = renderSample(name);
    return { where: `the email ${name}`, text: `${subject}\n${text}`.replace(/\s+/g, " ") };
  });

const events = (): Words[] =>
  EVENTS.map((event) => {
    const { what, detail = [] } = wordsOf(event, { key: "key 1042", person: "mara@nordwind.example", data: {} });
    return { where: `the event ${event}`, text: [what, ...detail].join(" ") };
  });

const onPages = CODE.flatMap((file) => wordsIn(file));
const all = [...onPages, ...letters(), ...events()];

/**
 * A single word is as often a name in the code as a label, so it counts only if it begins with a
 * capital letter.
 */
const isRead = ({ text }: Words) => /\s/.test(text) || /^\p{Lu}/u.test(text);
const offenders = (words: Words[], isOffence: (text: string) => boolean) =>
  words.filter(({ text }) => isOffence(text)).map(({ where, text }) => `${where}: ${text}`);

const nothingOf = (found: string[]) => expect(found, found.join("\n")).toEqual([]);

describe("the texts that people read are found", () => {
  test("everywhere they are written", () => {
    expect(CODE.length).toBeGreaterThan(300);
    expect(all.length).toBeGreaterThan(1_500);
    for (const sentence of [
      "Secret keys are sealed for the gateways. Nobody in Support can see one.",
      "Continue? [y/N]",
      "Add users",
    ])
      expect(all.map(({ text }) => text)).toContain(sentence);
  });

  test("in texts, attributes and templates, and not in imports, classes, SQL and messages of bugs", () => {
    const code = `import x from "a mail"; const a: "may go" = \`\${x} may go\`; throw new Error("hold");
      sql\`SELECT mail\`; const q = "SELECT may FROM t"; const k = { "by mail": 1 };
      const e = <p className="may hold" aria-label="Go on"><b>Do</b> nothing {"by mail"}</p>;`;
    expect(wordsIn("a.tsx", code).map(({ text }) => text)).toEqual(["… may go", "Go on", "Do", "nothing", "by mail"]);
  });
});

test.each(OLD_SENTENCES)("no page contains %j any more", (old) => {
  const documents = DOCUMENTS.map((file) => ({ where: file, text: source(file).replace(/\s+/g, " ") }));
  const inWords = offenders(all, (text) => text.includes(old));
  const inDocuments = documents.filter(({ text }) => text.includes(old)).map(({ where }) => where);
  nothingOf([...inWords, ...inDocuments]);
});

test.each(BANNED_FORMS)("no page contains $name", ({ pattern }) => {
  nothingOf(offenders(all.filter(isRead), (text) => pattern.test(text)));
});
