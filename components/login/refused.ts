import type { Announced } from "@/components/ui/use-announced";

/**
 * Why a step of the login was refused. `outdated`: the page must be reloaded before it can
 * succeed.
 */
export type Refused = Announced & { outdated?: boolean };
