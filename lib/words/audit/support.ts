import { type Describe, textOf } from "../../audit/describe";

const PARTS: Record<string, string> = { keys: "the API keys", members: "the members", activity: "the activity" };

/** Looks by the support desk. */
export const SUPPORT_WORDS = {
  "support.looked": ({ data }) => ({
    what: `Support looked at ${PARTS[textOf(data.part)] ?? "the merchant"}`,
    detail: ["Support cannot see secret keys"],
    icon: "support",
  }),
} satisfies Record<string, Describe>;
