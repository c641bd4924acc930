/**
 * Reports an error once: one read serves many requests, and all of them fail with the same error.
 */
export function oncePerError(tell: (error: unknown) => void): (error: unknown) => void {
  const told = new WeakSet<object>();
  return (error) => {
    if (error instanceof Error && told.has(error)) return;
    if (error instanceof Error) told.add(error);
    tell(error);
  };
}
