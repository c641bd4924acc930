import type { Mail, MailContext } from "./mail";
import { TEMPLATES, type TemplateName } from "./templates";

const LONGEST = 200;

/**
 * Writes a row of the outbox out. Every piece of text is brought onto one line first: a name with a line break in it could otherwise add lines of
 * its own, or a header. @throws when there is no such template, or its data is not what the template needs
 */
export function render(template: string, data: unknown, surroundings: MailContext): Mail {
  if (!Object.hasOwn(TEMPLATES, template)) throw new Error(`There is no mail called ${template}.`);
  const write = TEMPLATES[template as TemplateName] as (data: unknown, surroundings: MailContext) => Mail;
  const { merchant } = surroundings;
  return write(onOneLine(data), { ...surroundings, merchant: merchant && { ...merchant, name: oneLine(merchant.name) } });
}

function onOneLine(value: unknown): unknown {
  if (typeof value === "string") return oneLine(value);
  if (Array.isArray(value)) return value.map(onOneLine);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, onOneLine(each)]));
}

const oneLine = (text: string): string =>
  text
    .replace(/[\p{C}\p{Z}\s]+/gu, " ")
    .trim()
    .slice(0, LONGEST);
