import type { Mail, MailContext } from "./mail";
import { TEMPLATES, type TemplateName } from "./templates";

const LONGEST = 200;

/**
 * Renders a row of the outbox. All its strings are put on one line first, because a name with a
 * line break could otherwise add its own lines or a header.
 * @throws Error if there is no such template, or the merchant or link that it needs is missing
 */
export function render(template: string, data: unknown, surroundings: MailContext): Mail {
  if (!Object.hasOwn(TEMPLATES, template)) throw new Error(`There is no mail called ${template}.`);
  const write = TEMPLATES[template as TemplateName] as (data: unknown, surroundings: MailContext) => Mail;
  const { merchant } = surroundings;
  return write(onOneLine(data), {
    ...surroundings,
    merchant: merchant && { ...merchant, name: oneLine(merchant.name) },
  });
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
