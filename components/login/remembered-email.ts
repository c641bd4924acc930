const KEY = "countersign.email";

/**
 * The email of this tab's last login. After a session ends by itself, the login page asks only
 * for the password and the code.
 */
export const rememberedEmail = (): string => sessionStorage.getItem(KEY) ?? "";

export const rememberEmail = (email: string): void => sessionStorage.setItem(KEY, email);

export const forgetEmail = (): void => sessionStorage.removeItem(KEY);
