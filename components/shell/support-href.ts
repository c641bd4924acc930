/**
 * The link for a contact: an email address or an https page; null for others, such as a phone
 * number.
 */
export function supportHref(contact: string): string | null {
  if (/^[^\s@/]+@[^\s@/]+$/.test(contact)) return `mailto:${contact}`;
  return /^https:\/\/\S+$/.test(contact) ? contact : null;
}
