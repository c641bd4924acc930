/** What a person is at the operator's own house; most are nothing. */
export type StaffRole = "support" | null;

export const isSupport = (role: StaffRole): boolean => role === "support";
