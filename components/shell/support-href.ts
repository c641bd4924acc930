/** The address a contact can be reached at: an e-mail address or an https page; null for anything else, such as a telephone number. */
export function supportHref(contact: string): string | null {
  if (/^[^\s@/]+@[^\s@/]+$/.test(contact)) return `mailto:${contact}`;
  return /^https:\/\/\S+$/.test(contact) ? contact : null;
}
