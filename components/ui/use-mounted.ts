import { useSyncExternalStore } from "react";

const never = () => () => {};

/** False in the server's markup and until React has taken over: a form sent before that would post natively. */
export const useMounted = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
