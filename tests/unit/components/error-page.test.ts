import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { ErrorPage } from "@/components/shell/error-page";

test("a page that failed does not say that nothing was changed: the page before may have sent a change that got no reply", () => {
  const page = renderToStaticMarkup(createElement(ErrorPage, { reference: "0123abcd", support: false }));
  expect(page).toContain("Reload to try again");
  expect(page).toContain("0123abcd");
  expect(page).not.toMatch(/nothing was changed/i);
});
