import { type Addresses, MAX_ADDED } from "@/lib/merchants/team/addresses";

/** Why these addresses cannot be added, or null. */
export function addressRefusal({ emails, malformed }: Addresses): string | null {
  const [first, ...others] = malformed;
  if (first !== undefined) return `${first} is not an email address. Correct it or remove it.${more(others.length)}`;
  if (emails.length === 0) return "Enter an email address, such as name@example.com.";
  if (emails.length > MAX_ADDED)
    return `You can add ${MAX_ADDED} users at once. Remove ${emails.length - MAX_ADDED}, and add them next.`;
  return null;
}

function more(others: number): string {
  if (others === 0) return "";
  return others === 1 ? " 1 more address needs correcting." : ` ${others} more addresses need correcting.`;
}
