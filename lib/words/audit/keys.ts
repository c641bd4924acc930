import { storedPropagation } from "../../api-keys/propagation/stored-propagation";
import { addresses, type Describe, type Icon, listOf, type Part, proofOf, textOf } from "../../audit/describe";
import { sourceWords } from "../key-usage";
import { propagationWords } from "../propagation";

const REASONS: Record<string, string> = {
  rotating: "being replaced",
  rotated: "replaced by a new pair",
  cancelled: "rotation cancelled",
  lost: "secret lost",
  compromised: "secret compromised",
  unwanted: "no longer wanted",
  other: "other reason",
};

/** Events of an API key. */
export const KEY_WORDS = {
  "api_key.generated": ({ key, data }) => ({ what: `${key} generated`, icon: "generated", proof: proofOf(data) }),
  "api_key.activated": ({ key, data }) => ({
    what: data.first === false ? `${key} activated again` : `${key} activated`,
    detail: [
      data.first === false ? "No secret key was shown. " : "Secret key created. ",
      ...rule(listOf(data.allowedIps)),
    ],
    icon: "active",
    proof: proofOf(data),
  }),
  "api_key.secret_delivered": ({ key, data }) => ({
    what: `Secret key of ${key} delivered`,
    detail: [
      data.delivery === 1
        ? "To the browser that asked for it"
        : "Again to the same browser, because the first reply was lost",
    ],
    icon: "active",
  }),
  "api_key.secret_received": ({ key, data }) =>
    data.by === "answer"
      ? { what: `Secret key of ${key} saved`, detail: ["An Owner answered that they have it"], icon: "active" }
      : {
          what: `Secret key of ${key} shown`,
          detail: ["The browser confirmed it, and our copy was erased"],
          icon: "active",
        },
  "api_key.ips_changed": ({ key, data }) => ({
    what: `IP addresses of ${key} changed`,
    detail: changes(listOf(data.before), listOf(data.after)),
    icon: stateIn(data.status),
    proof: proofOf(data),
  }),
  "api_key.deactivated": ({ key, data }) => ({
    what: `${key} deactivated: ${reason(data.reason)}`,
    icon: "inactive",
    proof: proofOf(data),
  }),
  "api_key.refused_everywhere": ({ key, data }) => ({
    what: `${key} refused by all gateways`,
    ...howKnown(data),
    icon: data.status === "retired" ? "retired" : "inactive",
  }),
  "api_key.retired": ({ key, data }) => ({
    what: `${key} retired: ${reason(data.reason)}`,
    icon: "retired",
    proof: proofOf(data),
  }),
  "api_key.secret_sent": ({ key, data }) => ({
    what: `Secret key of ${key} was sent with a request`,
    detail: ["Others may have the secret key now. From ", ...source(data.source)],
    icon: "alarm",
  }),
  "api_key.noted": ({ key, data }) => ({
    what: textOf(data.after) ? `Note of ${key} changed` : `Note of ${key} removed`,
    detail: [textOf(data.after) ? `“${textOf(data.after)}”` : `It was “${textOf(data.before)}”`],
    icon: "note",
    proof: proofOf(data),
  }),
  "api_key.rotation_started": ({ key, data }) => ({
    what: `${key} generated on standby${data.replaces ? `, to replace key ${data.replaces}` : ""}`,
    detail: [
      data.takesOver === "manual" ? "Takes over when an Owner says so. " : "Takes over with its first signed request. ",
      ...rule(listOf(data.allowedIps)),
    ],
    icon: "standby",
    proof: proofOf(data),
  }),
  "api_key.took_over": ({ key, data }) => ({
    what: `${data.number ? `key ${data.number}` : key} took over${data.replaced ? ` from key ${data.replaced}` : ""}`,
    detail: [
      data.how === "first_request"
        ? "With the first request signed with it. "
        : "When an Owner pressed Take over now. ",
      ...rule(listOf(data.allowedIps)),
    ],
    icon: "active",
    ...(data.how !== "first_request" && { proof: proofOf(data) }),
  }),
  "api_key.rotation_cancelled": ({ key, data }) => ({
    what: `Rotation cancelled: ${key} retired before it took over`,
    icon: "retired",
    proof: proofOf(data),
  }),
  "api_key.rotation_expired": ({ key }) => ({
    what: `Rotation ended: ${key} did not take over within 7 days`,
    detail: ["It is inactive. The active key was not changed"],
    icon: "inactive",
  }),
  "api_key.resealed": ({ key }) => ({
    what: `Secret key of ${key} resealed with a new sealing key`,
    detail: ["The secret key itself is unchanged"],
    icon: "operator",
  }),
} satisfies Record<string, Describe>;

function howKnown(data: unknown): { detail?: Part[] } {
  const propagation = storedPropagation(data);
  return propagation ? { detail: [propagationWords(propagation)] } : {};
}

function source(value: unknown): Part[] {
  const text = textOf(value);
  const words = sourceWords(text);
  return text === "" ? ["an unknown address"] : words === text ? [{ ip: text }] : [words];
}

/** "secret lost": why a key was deactivated or retired. */
export const reason = (value: unknown): string => REASONS[textOf(value)] ?? "no reason given";

const STATES = ["generated", "active", "inactive", "retired", "standby"] as const;
const stateIn = (status: unknown): Icon => STATES.find((state) => state === status) ?? "active";

function rule(ips: string[]): Part[] {
  return ips.length === 0 ? ["Accepts requests from any address"] : ["Accepts ", ...addresses(ips)];
}

function changes(before: string[], after: string[]): Part[] {
  const added = after.filter((ip) => !before.includes(ip));
  const removed = before.filter((ip) => !after.includes(ip));
  const said: Part[][] = [];
  if (added.length > 0) said.push(["added ", ...addresses(added)]);
  if (removed.length > 0) said.push(["removed ", ...addresses(removed)]);
  if (after.length === 0) said.push(["any address is now accepted"]);
  const [first, ...rest] = said.flatMap((parts, index) => (index === 0 ? parts : [", ", ...parts]));
  return typeof first === "string" ? [first.charAt(0).toUpperCase() + first.slice(1), ...rest] : [];
}
