import { Ajv2020 } from "ajv/dist/2020";
import formats from "ajv-formats";
import document from "@/public/openapi.json";

type Header = { required?: boolean; schema: object };
type Described = { headers?: Record<string, { $ref: string }>; content?: Record<string, { schema: object | true }> };
export type Answered = { status: number; headers: Record<string, string | string[] | undefined>; body: string };

const ajv = new Ajv2020({ strict: false });
formats.default(ajv);
ajv.addSchema(document, "doc");

const at = (pointer: string): unknown =>
  pointer
    .slice(2)
    .split("/")
    .reduce<unknown>(
      (value, name) => (value as Record<string, unknown>)[name.replaceAll("~1", "/").replaceAll("~0", "~")],
      document,
    );

const resolved = <T>(value: T | { $ref: string }): T => (isReference(value) ? (at(value.$ref) as T) : value);
const isReference = (value: unknown): value is { $ref: string } =>
  typeof value === "object" && value !== null && "$ref" in value;

/**
 * What a reply contains that the document does not describe, or lacks although it is required.
 * Empty if they agree.
 */
export function disagreements(path: string, method: string, { status, headers, body }: Answered): string[] {
  const operations = (
    document.paths as Record<string, Record<string, { responses?: Record<string, Described | { $ref: string }> }>>
  )[path];
  const response = operations?.[method.toLowerCase()]?.responses?.[status];
  if (!response) return [`${method} ${path} answers ${status}, which is not in the document`];
  const described = resolved<Described>(response);
  const wrong = Object.entries(described.headers ?? {}).flatMap(([name, reference]) => {
    const header = resolved<Header>(reference);
    const value = headers[name.toLowerCase()];
    return value === undefined
      ? header.required
        ? [`no ${name}`]
        : []
      : failures(header.schema, value).map((text) => `${name} ${text}`);
  });
  return [...wrong, ...bodyDisagreements(described, String(headers["content-type"] ?? ""), body)];
}

function bodyDisagreements({ content }: Described, type: string, body: string): string[] {
  if (!content) return body === "" ? [] : ["a body where none is described"];
  const [media = ""] = type.split(";");
  const described = content[media];
  if (!described) return [`content of type ${media || "nothing"}`];
  return failures(described.schema, media === "application/json" ? JSON.parse(body) : body);
}

function failures(schema: object | true, value: unknown): string[] {
  const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"doc#/')));
  return validate(value)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
