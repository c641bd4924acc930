import {
  type Checker,
  type Symbol as NamedSymbol,
  type Type,
  TypeFlags,
  type TypeReference,
} from "typescript/unstable/sync";

/** A TypeScript type as data, as far as a row of PostgreSQL can have it. */
export type Shape =
  | "unknown"
  | "string"
  | "number"
  | "bigint"
  | "boolean"
  | "null"
  | "undefined"
  | "Date"
  | "bytes"
  | { literal: string | number }
  | { anyOf: Shape[] }
  | { items: Shape }
  | { values: Shape }
  | { fields: Record<string, Shape> };

const PRIMITIVES: [flag: number, shape: Shape][] = [
  [TypeFlags.String, "string"],
  [TypeFlags.Number, "number"],
  [TypeFlags.BigInt, "bigint"],
  [TypeFlags.Boolean | TypeFlags.BooleanLiteral, "boolean"],
  [TypeFlags.Null, "null"],
  [TypeFlags.Undefined, "undefined"],
];

const OBJECTS: Record<string, Shape> = { Date: "Date", Uint8Array: "bytes", Buffer: "bytes" };

export function shapeOf(type: Type, checker: Checker): Shape {
  const primitive = PRIMITIVES.find(([flag]) => type.flags & flag)?.[1];
  if (primitive) return primitive;
  if (type.isStringLiteralType() || type.isNumberLiteralType()) return { literal: type.value };
  if (type.isUnionType()) return { anyOf: type.getTypes().map((each) => shapeOf(each, checker)) };
  if (type.isIntersectionType()) {
    const branded = type.getTypes().find((each) => PRIMITIVES.some(([flag]) => each.flags & flag));
    if (branded) return shapeOf(branded, checker);
  } else if (!type.isObjectType()) {
    // A type parameter, or something of one: its constraint.
    const constraint = checker.getBaseConstraintOfType(type);
    return constraint && constraint.id !== type.id ? shapeOf(constraint, checker) : "unknown";
  }
  const object = OBJECTS[type.getSymbol()?.name ?? ""];
  if (object) return object;
  if (checker.isArrayType(type)) return { items: shapeOf(argumentOf(type, checker), checker) };
  const [index] = checker.getIndexInfosOfType(type);
  if (index) return { values: shapeOf(index.valueType, checker) };
  const fields = checker.getPropertiesOfType(type).map((field) => [field.name, fieldShape(field, checker)]);
  return { fields: Object.fromEntries(fields) };
}

function fieldShape(field: NamedSymbol, checker: Checker): Shape {
  const type = checker.getTypeOfSymbol(field);
  return type ? shapeOf(type, checker) : "unknown";
}

/** The type of a query's rows: of an awaited array, or of the `rows` of a result of pg. */
export function rowTypeOf(query: Type, checker: Checker): Type | null {
  if (!/Promise$/.test(query.getSymbol()?.name ?? "")) return null;
  const awaited = argumentOf(query, checker);
  const rows = checker.isArrayType(awaited) ? undefined : checker.getPropertyOfType(awaited, "rows");
  const list = rows ? checker.getTypeOfSymbol(rows) : awaited;
  const row = list && checker.isArrayType(list) ? argumentOf(list, checker) : null;
  return row && isDeclared(row, checker) ? row : null;
}

/** Not the type of any row, nor a type parameter, whose callers declare theirs. */
const isDeclared = (row: Type, checker: Checker): boolean =>
  !(row.flags & (TypeFlags.Any | TypeFlags.Unknown | TypeFlags.TypeParameter)) &&
  checker.getIndexInfosOfType(row).length === 0;

function argumentOf(type: Type, checker: Checker): Type {
  const [first] = checker.getTypeArguments(type as TypeReference);
  if (!first) throw new Error(`${checker.typeToString(type)} has no type argument.`);
  return first;
}
