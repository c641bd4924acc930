import { AsyncLocalStorage } from "node:async_hooks";

/** What a log line says about its request. */
export type RequestContext = { requestId: string; method: string; path: string };

const current = new AsyncLocalStorage<RequestContext>();

export const inRequest = <T>(context: RequestContext, work: () => T): T => current.run(context, work);

export const requestContext = (): RequestContext | undefined => current.getStore();
