/**
 * Asks for scripts if they are turned off. Keys, codes and secrets are handled in the browser, so
 * a page without scripts could do nothing.
 */
export const NoScript = () => (
  <noscript>
    <p className="border-caution-line border-b bg-caution-bg px-4 py-3 text-caution sm:px-6">
      Countersign needs JavaScript. Turn it on for this site in your browser, then reload this page.
    </p>
  </noscript>
);
