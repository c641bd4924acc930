/** Name, value, name, value, as received. */
export type Headers = readonly string[];

/** Every value of a header. `name` is in lower case. */
export const valuesOf = (headers: Headers, name: string): string[] =>
  pairsOf(headers).flatMap(([other, value]) => (other === name ? [value] : []));

/** The headers as pairs, with names in lower case. */
export function pairsOf(headers: Headers): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < headers.length; at += 2)
    pairs.push([(headers[at] as string).toLowerCase(), headers[at + 1] as string]);
  return pairs;
}
