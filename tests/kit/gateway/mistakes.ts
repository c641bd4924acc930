import fixture from "../../fixtures/mistakes.json" with { type: "json" };

/** A request as it was sent, and the likely mistakes that the reply must name. */
export type MistakenRequest = {
  name: string;
  method: string;
  path: string;
  headers: string[];
  body: Buffer;
  kind: string;
  mistakes: string[];
};

export const { key: KEY, secret: SECRET, otherMerchantSecret: OTHER_SECRET, host: HOST } = fixture;

/** Requests as tired integrators really send them. */
export const MISTAKEN_REQUESTS: readonly MistakenRequest[] = fixture.cases.map(({ body, headers, ...rest }) => ({
  ...rest,
  headers: headers.flat(),
  body: Buffer.from(body ?? "", "base64"),
}));
