import { useSyncExternalStore } from "react";

const never = () => () => {};

/**
 * False on the server and until React has taken over. A form sent before that would post natively.
 */
export const useMounted = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
