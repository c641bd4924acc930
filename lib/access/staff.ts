/** A user's role on the operator's own staff. Most users have none. */
export type StaffRole = "support" | null;

export const isSupport = (role: StaffRole): boolean => role === "support";
