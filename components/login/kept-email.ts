const KEY = "countersign.email";

/** The e-mail of this tab's last login, so that a session that ended by itself asks for the password and code only. */
export const keptEmail = (): string => sessionStorage.getItem(KEY) ?? "";

export const keepEmail = (email: string): void => sessionStorage.setItem(KEY, email);

export const forgetEmail = (): void => sessionStorage.removeItem(KEY);
