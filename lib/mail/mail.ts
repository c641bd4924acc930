/** A mail: plain text without images, and without links except an activation link. */
export type Mail = { subject: string; text: string };

/** What the worker adds to a mail's data. `link` and `until` belong to an invitation. */
export type MailContext = {
  at: Date;
  merchant: { name: string; number: number } | null;
  support: string;
  invitation: { link: string; until: Date } | null;
};

export type Facts = [label: string, value: string | null][];

/** What happened, then the facts, then what to do if it was not you. Null facts are left out. */
export function mailText(parts: {
  subject: string;
  lead: string;
  facts: Facts;
  otherwise: string;
  foot: string;
}): Mail {
  const facts = parts.facts.flatMap(([label, value]) => (value === null ? [] : [`${label}: ${value}`]));
  return {
    subject: parts.subject,
    text: `${[parts.lead, facts.join("\n"), parts.otherwise, parts.foot].join("\n\n")}\n`,
  };
}

export function merchantOf({ merchant }: MailContext): { name: string; number: number } {
  if (!merchant) throw new Error("This mail is about a merchant, and none is named.");
  return merchant;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "23 Nov 2026, 14:06 UTC" */
export function when(at: Date): string {
  const iso = at.toISOString();
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${iso.slice(0, 4)}, ${iso.slice(11, 16)} UTC`;
}
