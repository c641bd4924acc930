import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { icons } from "lucide-react";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Icon } from "@/components/ui/icon";
import { root } from "@/lib/ops/run.mjs";

/** The attributes of the outer element in the order of their names, and what is in it. */
function parts(markup: string) {
  const [, attributes = "", inside] = /^<svg([^>]*)>(.*)<\/svg>$/s.exec(markup) ?? [];
  return { attributes: attributes.match(/[\w-]+="[^"]*"/g)?.sort(), inside };
}

/** Lucide adds a class with the icon's name, which nothing here uses. */
const withoutClass = (markup: string) => markup.replace(/ class="[^"]*"/, "");

test("each icon is drawn as Lucide draws it", () => {
  const all = Object.values(icons);
  expect(all.length).toBeGreaterThan(1_000);
  for (const icon of all)
    for (const size of [16, 18]) {
      const theirs = createElement(icon, { "aria-hidden": true, size, strokeWidth: 1.75 });
      const ours = createElement(Icon, { of: icon, size });
      expect(parts(renderToStaticMarkup(ours))).toEqual(parts(withoutClass(renderToStaticMarkup(theirs))));
    }
});

test("its class and its size are the given ones, and 16 px without one", () => {
  const markup = renderToStaticMarkup(createElement(Icon, { of: icons.Copy, className: "shrink-0" }));
  expect(markup).toMatch(/^<svg [^>]*class="shrink-0"/);
  expect(markup).toContain('width="16" height="16"');
});

test("no component has Lucide draw an icon, which takes several times as long", () => {
  const files = ["app", "components"].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".tsx"))
      .map((name) => path.join(folder, name)),
  );
  const drawn = files.flatMap((file) => {
    const text = readFileSync(path.join(root, file), "utf8");
    const [, imported = ""] = /import \{([^}]*)\} from "lucide-react"/.exec(text) ?? [];
    const names = imported.split(",").filter((name) => name.trim() && !/\btype\b/.test(name));
    return names.flatMap((name) =>
      (text.match(new RegExp(`<${name.trim()}(?:\\s+[a-z]|\\s*/>)`)) ?? []).map((tag) => `${file}: ${tag}`),
    );
  });
  expect(files.length).toBeGreaterThan(200);
  expect(drawn).toEqual([]);
});
