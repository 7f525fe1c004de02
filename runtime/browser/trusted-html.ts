/** As much of Trusted Types as is used here; TypeScript's DOM types lack them. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createHTML(html: string): string },
  ): { createHTML(html: string): string };
}

type Parse = (html: string) => DocumentFragment;

/**
 * Where the parser is kept: on the page, not in this module, since a page may hold two bundles of this
 * package and a security policy allows one `rocket` policy only.
 */
const parserKey = Symbol.for('rocket-io:parse-html');

/**
 * The one place where markup becomes nodes, through the one Trusted Types policy, `rocket`. The nodes are
 * inert: of another document, nothing loaded and no script run.
 */
export function parseHtml(html: string): DocumentFragment {
  const page = globalThis as { [parserKey]?: Parse };
  if (page[parserKey] === undefined) Object.defineProperty(page, parserKey, { value: createParser() });
  return (page[parserKey] as Parse)(html);
}

function createParser(): Parse {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy('rocket', { createHTML: (html) => html });
  return (html) => {
    const template = document.createElement('template');
    template.innerHTML = policy === undefined ? html : policy.createHTML(html);
    return template.content;
  };
}
