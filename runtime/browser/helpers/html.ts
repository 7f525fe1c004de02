declare const htmlBrand: unique symbol;

/**
 * Markup that a template or a helper made, safe to put on a page. A string of any other origin is not of
 * this type, so that it cannot reach `render` by mistake.
 */
export type Html = string & { readonly [htmlBrand]: true };

/** What an attribute may hold: `true` writes its bare name; `false`, null and undefined leave it out. */
export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly (string | false | null | undefined)[];

export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Markup among texts: what `raw` marks. */
export class RawHtml {
  constructor(readonly html: Html) {}

  /** A template writes `!= raw(text)`. */
  toString(): Html {
    return this.html;
  }

  /** How Pug asks for the value of an attribute. */
  toJSON(): Html {
    return this.html;
  }
}

/** What goes between two tags: text, which is escaped, or markup marked by `raw`. */
export type Content = string | number | RawHtml | null | undefined;

/**
 * Marks markup, so that a helper takes it as it is. Never hand it what a person has typed.
 *
 * @example linkTo(raw('<b>All</b> songs'), 'Song.index')
 */
export function raw(html: string): RawHtml {
  return new RawHtml(html as Html);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand between tags and inside quoted attributes. */
export function escapeHtml(text: unknown): Html {
  return String(text ?? '').replace(/[&<>"']/g, (character) => entities[character] as string) as Html;
}

export function content(value: Content): Html {
  return value instanceof RawHtml ? value.html : escapeHtml(value);
}

/** ` class="button" disabled`: with a leading space, empty where there is nothing to write. */
export function attributes(values: Attributes): Html {
  let text = '';
  for (const [name, value] of Object.entries(values)) {
    if (!/^[a-z_:@][\w:.@-]*$/i.test(name))
      throw new TypeError(`"${name}" cannot be the name of an attribute`);
    if (/^on/i.test(name)) {
      throw new TypeError(
        `${name} cannot be set in markup: the page's security policy blocks inline handlers; listen in code instead`,
      );
    }
    const joined = Array.isArray(value) ? value.filter(Boolean).join(' ') : value;
    if (joined === true) text += ` ${name}`;
    else if (joined !== false && joined !== null && joined !== undefined)
      text += ` ${name}="${escapeHtml(joined)}"`;
  }
  return text as Html;
}

/** `<name …>inner</name>`; an inner of null makes an element without an end, such as `<input>`. */
export function tag(name: string, values: Attributes, inner: Html | null): Html {
  if (!/^[a-z][a-z0-9-]*$/i.test(name)) throw new TypeError(`"${name}" cannot be the name of an element`);
  const start = `<${name}${attributes(values)}>`;
  return (inner === null ? start : `${start}${inner}</${name}>`) as Html;
}

export function join(...parts: readonly Html[]): Html {
  return parts.join('') as Html;
}
