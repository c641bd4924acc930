/** Goes on with a value that is there, or once it is: a promise for each step of a request costs more than most steps. */
export function andThen<Value, Next>(value: Value | Promise<Value>, next: (value: Value) => Next | Promise<Next>): Next | Promise<Next> {
  return value instanceof Promise ? value.then(next) : next(value);
}
