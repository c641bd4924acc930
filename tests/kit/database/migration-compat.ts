/**
 * Strings, quoted names, function bodies and comments are one token each, so that their contents
 * are ignored.
 */
const TOKEN = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$\w*\$)[\s\S]*?\1|[\s\S]/g;

type Statement = { text: string; comments: string };

function statements(sql: string): Statement[] {
  const found: Statement[] = [];
  let current = { text: "", comments: "" };
  for (const [token] of `${sql};`.matchAll(TOKEN)) {
    if (/^(--|\/\*)/.test(token)) current.comments += `${token}\n`;
    else if (token !== ";") current.text += /^['$]./.test(token) ? "''" : token;
    else {
      const text = current.text.replace(/\s+/g, " ").trim();
      if (text) found.push({ ...current, text });
      current = { text: "", comments: "" };
    }
  }
  return found;
}

const NAME = String.raw`(?:"?\w+"?\.)?"?\w+"?`;
const TYPE = String.raw`(?!\w*serial)"?\w+"?(?: precision| varying)?(?:\(\d+(?:, ?\d+)?\))?(?:\[\])?`;
/** A default that is evaluated only once, so that no row is rewritten. */
const CONSTANT = String.raw`(?:''|-?\d+(?:\.\d+)?|true|false|now\(\)|ARRAY\[\])(?:::"?\w+"?(?:\[\])?)?`;
const begins = (pattern: string) => new RegExp(`^${pattern}`, "i");

const CREATED = begins(`CREATE TABLE (?:IF NOT EXISTS )?(${NAME})`);
const ADDS = [
  begins(String.raw`CREATE (TYPE|SEQUENCE|VIEW|FUNCTION)\b`),
  begins(String.raw`(GRANT|COMMENT ON)\b`),
  CREATED,
];
const ALTERED = begins(`ALTER TABLE (?:ONLY )?(${NAME}) (.*)`);
const BUILT_ON = begins(`CREATE (?:UNIQUE INDEX|INDEX|TRIGGER) .*? ON (${NAME})`);
const CONCURRENT = begins(String.raw`CREATE INDEX CONCURRENTLY\b`);
const WIDENS = [
  begins(`ADD COLUMN (?:IF NOT EXISTS )?${NAME} ${TYPE}(?: NULL)?$`),
  begins(`ADD COLUMN (?:IF NOT EXISTS )?${NAME} ${TYPE}(?: NOT NULL)? DEFAULT ${CONSTANT}(?: NOT NULL)?$`),
  begins(String.raw`VALIDATE CONSTRAINT\b`),
];
const SURVIVED = /^-- Survived since (\d+\.\d+\.\d+): \S/m;

const bare = (name = "") => name.replace(/^"?public"?\./, "").replaceAll('"', "");
const actions = (text: string) => text.split(/,\s*(?![^(]*\))/);
const number = (version: string) => version.split(".").reduce((sum, part) => sum * 10_000 + Number(part), 0);

/**
 * Returns the statements of a migration that could break the previous version, which still runs
 * beside the new one. These are safe: new objects, columns that are nullable or have a constant
 * default, and indexes that are built concurrently. A migration may touch one existing table, so
 * that waiting for its lock cannot deadlock. Any other statement needs a comment above it,
 * `-- Survived since 1.2.0: why`, with a version earlier than `version`.
 */
export function breakingStatements(sql: string, version: string): string[] {
  const all = statements(sql);
  const created = new Set(all.flatMap(({ text }) => bare(CREATED.exec(text)?.[1]) || []));
  const touched = new Set<string>();
  const survives = ({ text, comments }: Statement): boolean => {
    const since = SURVIVED.exec(comments)?.[1];
    const [, table, change = ""] = ALTERED.exec(text) ?? BUILT_ON.exec(text) ?? [];
    if (table && created.has(bare(table))) return true;
    if (table) touched.add(bare(table));
    if (touched.size > 1) return false;
    if (since) return number(since) < number(version);
    if (CONCURRENT.test(text)) return all.length === 1;
    return (
      ADDS.some((add) => add.test(text)) ||
      (change !== "" && actions(change).every((each) => WIDENS.some((widen) => widen.test(each))))
    );
  };
  return all.filter((statement) => !survives(statement)).map(({ text }) => text);
}
