/**
 * Stands in for `next/headers`, the only part that is stubbed. A test sets what its request
 * brings.
 */
type Cookies = { get(name: string): { value: string } | undefined; set(...cookie: unknown[]): unknown };

export const incoming: { headers: Headers; cookies: Cookies } = { headers: new Headers(), cookies: new Map() };

export const headers = async () => incoming.headers;
export const cookies = async () => incoming.cookies;
