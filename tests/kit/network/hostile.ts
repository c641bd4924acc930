import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/*
 * What a stranger sends, and where: every page, route and field that the build and the source
 * have.
 */

const root = path.resolve(import.meta.dirname, "../../..");

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

/**
 * Values as JSON. Those that begin with a dollar are React's notation for what JSON cannot
 * express.
 */
export const VALUES: Record<string, string> = {
  NUL: '"a\\u0000b"',
  "half of a pair": '"\\ud800"',
  "the other half": '"x\\udfff"',
  "right to left": '"\\u202egnp.exe"',
  "past int4": "2147483648",
  "past int8": "9223372036854775808",
  "past everything": "1e400",
  negative: "-1",
  fraction: "0.5",
  "digits past int8": `"${"9".repeat(40)}"`,
  "9,000 within one another": nested(9_000),
  nothing: "null",
  yes: "true",
  list: "[[],[[]]]",
  record: '{"__proto__":{"a":1},"constructor":null}',
  long: `"${"A".repeat(20_000)}"`,
  many: `[${"0,".repeat(9_000)}0]`,
  BigInt: '"$n9223372036854775808"',
  NaN: '"$NaN"',
  infinity: '"$-Infinity"',
  undefined: '"$undefined"',
  date: '"$D2026-13-45"',
  symbol: '"$Sfoo"',
  map: '"$Q1"',
  form: '"$K1"',
  promise: '"$@1"',
  reference: '"$F1"',
  blob: '"$B1"',
  "a part of itself": '"$0:0:0"',
};

/** Values for the variable parts of a path. */
export const SEGMENTS = [
  ...[
    "%00",
    "%E0%A4%A",
    "%",
    "%ZZ",
    "%ED%A0%80",
    "%E2%80%AE",
    "%2e%2e%2f%2e%2e",
    "%5C",
    "%0d%0aset-cookie:a=b",
    "%25",
    "__proto__",
  ],
  ...["2147483648", "9".repeat(40), "a".repeat(900), "00000000-0000-0000-0000-000000000000", "[merchantId]", "'"],
];

/** Headers that control Next, with values that no browser sends. */
export const HEADERS: Record<string, string>[] = [
  { rsc: "1", "next-router-state-tree": "%" },
  { rsc: "1", "next-router-state-tree": encodeURIComponent(nested(9_000)).slice(0, 7_000) },
  { rsc: "1", "next-router-state-tree": "%5B%5D" },
  { rsc: "1", "next-router-prefetch": "1", "next-url": "/%E0%A4%A" },
  { rsc: "1", "next-router-prefetch": "2", "next-router-segment-prefetch": "/../%00" },
  { "next-action": "zzz" },
  { "next-router-state-tree": "null", "next-action": "0".repeat(42) },
  { "x-forwarded-host": "evil.example", "x-forwarded-proto": "gopher", "x-forwarded-port": "x" },
  {
    "x-nextjs-data": "1",
    "x-matched-path": "/account",
    "x-invoke-path": "/%",
    "x-invoke-status": "500",
    "x-invoke-error": "{}",
  },
  { "x-now-route-matches": "1=%", "x-prerender-revalidate": "x", "x-action-forwarded": "1", "x-rewritten-query": "%" },
  {
    "accept-encoding": "x;q=%",
    "accept-language": "\u00ff",
    "user-agent": "\u00ff".repeat(1_000),
    range: "bytes=9-1",
    "if-none-match": '"',
  },
  { cookie: "a=%E0%A4%A; countersign-session-token=%00; countersign-csrf-token=|; =; __prerender_bypass=x" },
];

export const ODD_PATHS = [
  ...[
    "/_next/image?url=%2Ficon.svg&w=640&q=75",
    "/_next/image",
    "/_next/image?url=http://127.0.0.1/",
    "/_next/data/x/login.json",
    "/_next/data",
  ],
  ...[
    "/_next/static/%E0%A4%A",
    "/_next/static/../../package.json",
    "/_next/static/%2e%2e%2f%2e%2e%2fpackage.json",
    "/_next/%00",
    "/_next",
  ],
  ...[
    "//evil.example/x",
    "/\\evil.example",
    "/%5Cevil.example",
    "/login//",
    "/./login",
    "/login/..%2f",
    "/LOGIN",
    "/login;x=1",
    "/login%3Fa",
    "/?%",
  ],
  ...[
    "/_error",
    "/_not-found",
    "/_global-error",
    "/404",
    "/500",
    "/_document",
    "/.env",
    "/favicon.ico",
    "/icon.svg?%E0%A4%A",
    "/__nextjs_original-stack-frame",
  ],
];

type Place = { path: string; isRoute: boolean };

/** Every page and route of the built app, with the variable parts of its path in brackets. */
export function pagesAndRoutes(): Place[] {
  const manifest = JSON.parse(readFileSync(path.join(root, ".next/server/app-paths-manifest.json"), "utf8")) as Record<
    string,
    string
  >;
  return Object.keys(manifest)
    .filter((name) => !name.startsWith("/_"))
    .map((name) => ({
      path: name.replace(/\/\([^/]+\)/g, "").replace(/\/(page|route)$/, "") || "/",
      isRoute: name.endsWith("/route"),
    }));
}

/** The names of all server actions of the built app. */
export function actionNames(): string[] {
  const { node } = JSON.parse(readFileSync(path.join(root, ".next/server/server-reference-manifest.json"), "utf8")) as {
    node: Record<string, { exportedName: string }>;
  };
  return Object.values(node).map(({ exportedName }) => exportedName);
}

const sources = (folder: string, end: string) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(end) && !name.startsWith("generated"))
    .map((name) => readFileSync(path.join(root, folder, name), "utf8"));

/** The name of every query parameter that pages read. */
export function queryNames(): string[] {
  const texts = [...sources("app", "page.tsx"), ...sources("lib/audit", "activity-href.ts")];
  const found = texts.flatMap((text) => [
    ...[...text.matchAll(/const \{ ([\w, ]+) \} = await searchParams/g)].flatMap(([, names = ""]) => names.split(", ")),
    ...[...text.matchAll(/await searchParams\)\.(\w+)/g)].map(([, name = ""]) => name),
    ...[...text.matchAll(/\(\{ ([\w, ]+) \}: Record<string, unknown>\)/g)].flatMap(([, names = ""]) =>
      names.split(", "),
    ),
  ]);
  return [...new Set([...found, "error", "callbackUrl", "_rsc", "__nextLocale", "nxtPmerchantId"])];
}

/** The name of every input field of an operation. */
export function fieldNames(): string[] {
  const texts = [
    ...sources("lib", "operations.ts"),
    ...sources("lib/actions", "member-action.ts"),
    ...sources("lib/support", "search.ts"),
  ];
  const objects = texts.flatMap((text) =>
    [...text.matchAll(/z\s*\.(?:looseO|o)bject\(\{([^}]*)\}/g)].map(([, fields = ""]) => fields),
  );
  const names = objects.flatMap((fields) =>
    [...fields.matchAll(/(?:^|,)\s*(\w+)\s*(?=[:,]|$)/g)].map(([, name = ""]) => name),
  );
  return [...new Set([...names, "recoveryCode", "passkey", "code", "password"])].filter(Boolean);
}
