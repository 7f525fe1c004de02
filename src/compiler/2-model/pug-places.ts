import type { PugAttribute, PugCode, PugEach } from '../1-read/pug-nodes.js';
import type { TemplateSource } from '../1-read/templates.js';
import { offsetOf, type SourceOffset } from './virtual-text.js';

/** What every node of Pug knows of its place: that of its token. */
export interface TokenPlace {
  readonly filename: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Finds the code of nodes in the texts of a template. A node knows where its token begins; the code
 * follows, letter by letter, behind what `lead` matches.
 */
export class PugPlaces {
  constructor(private readonly sources: ReadonlyMap<string, TemplateSource>) {}

  /** @param lead what stands between the beginning of the token and the code */
  find(code: string, token: TokenPlace, lead: RegExp): SourceOffset {
    const { source, offset } = this.start(token);
    const skipped = new RegExp(lead.source, 'y');
    skipped.lastIndex = offset;
    const from = skipped.test(source.text) ? skipped.lastIndex : offset;
    const found = source.text.indexOf(code, from);
    return { source, offset: found < 0 ? offset : found };
  }

  /** Where a token begins. */
  start(token: TokenPlace): SourceOffset {
    const source = this.sources.get(token.filename);
    if (source === undefined) throw new Error(`${token.filename} is no part of the template`);
    return { source, offset: offsetOf(source.text, token.line, token.column) };
  }

  attribute(attribute: PugAttribute, code: string): SourceOffset {
    return this.find(code, attribute, /(?:'[^']*'|"[^"]*"|[^\s!=,]+)\s*!?=\s*/);
  }

  /** Whether an attribute is written `name!=value`, and not `.name` or `#name`. */
  isUnescaped(attribute: PugAttribute): boolean {
    if (attribute.mustEscape) return false;
    const { source, offset } = this.start(attribute);
    return !/[.#]/.test(source.text.charAt(offset));
  }

  code(node: PugCode): SourceOffset {
    return this.find(node.val, node, /!?=|-|[#!]\{/);
  }

  /** The names that a loop declares, and what it goes through. */
  each(node: PugEach): Record<'val' | 'key' | 'list', SourceOffset> {
    const { source, offset } = this.start(node);
    const head =
      node.type === 'Each'
        ? /(?:each|for) +([\w$]+)(?: *, *([\w$]+))? * in */dy
        : /(?:each|for) (.*?) of */dy;
    head.lastIndex = offset;
    const { indices } = head.exec(source.text) ?? {};
    const at = (group: number) => ({ source, offset: indices?.[group]?.[0] ?? offset });
    return { val: at(1), key: at(2), list: { source, offset: indices?.[0]?.[1] ?? offset } };
  }

  /** Each line of `-` with code below it; Pug has taken their common indentation away. */
  codeLines(node: PugCode): readonly (SourceOffset & { readonly code: string })[] {
    const { source, offset } = this.start(node);
    let from = source.text.indexOf('\n', offset) + 1;
    return node.val.split('\n').map((code) => {
      const end = source.text.indexOf('\n', from);
      const line = source.text.slice(from, end < 0 ? undefined : end);
      const place = { code, source, offset: from + Math.max(line.lastIndexOf(code), 0) };
      from += line.length + 1;
      return place;
    });
  }
}
