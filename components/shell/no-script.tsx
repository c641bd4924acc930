/** What is needed, where scripts are turned off: keys, codes and secrets are handled in the page, and a page without them could do nothing. */
export const NoScript = () => (
  <noscript>
    <p className="border-caution-line border-b bg-caution-bg px-4 py-3 text-caution sm:px-6">
      Countersign needs JavaScript. Turn it on for this site in your browser, then reload this page.
    </p>
  </noscript>
);
