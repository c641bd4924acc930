/**
 * Continues with a value, at once or when its promise resolves. A promise for each step of a
 * request would cost more than most of the steps.
 */
export function andThen<Value, Next>(
  value: Value | Promise<Value>,
  next: (value: Value) => Next | Promise<Next>,
): Next | Promise<Next> {
  return value instanceof Promise ? value.then(next) : next(value);
}
