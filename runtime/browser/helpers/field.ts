import { fieldId, fieldName, humanize } from './field-names.js';
import type { Attributes, Content, Html } from './html.js';
import { content, join, tag } from './html.js';

/**
 * Options of a field. Everything that is not listed here is an attribute of the input.
 *
 * @example textInput('song.title', song.title, { label: 'Title', required: true, maxlength: 200 })
 */
export interface FieldOptions {
  /** The text of the label; false: no label, for a field that is labelled elsewhere. @default made from the name */
  readonly label?: Content | false;
  /** What stands around label, input and error; false: nothing. @default { tag: 'div', class: 'field' } */
  readonly wrapper?: false | string | { readonly tag?: string; readonly class?: string };
  readonly [attribute: string]: unknown;
}

/** A field as its helper made it, to be framed. */
export interface FieldParts {
  readonly path: string;
  readonly id: string;
  readonly input: Html;
  readonly options: FieldOptions;
  /** Whether the label comes behind the input, as it does for boxes to tick. */
  readonly labelBehind?: boolean;
  /** Overrides the text made from the path. */
  readonly labelText?: string;
  /** Whether the element that takes error texts is written, too. */
  readonly error: boolean;
}

/** Class names of what the helpers write; the style sheet gives them their look. */
export const fieldClass = 'field';
export const errorClass = 'error';
/** Marks elements that hold the error texts of a form. */
export const errorAttribute = 'data-rocket-error';

/** Attributes that every input has: id and name from its path, then what the author wrote. */
export function inputAttributes(path: string, options: FieldOptions): Attributes & { readonly id: string } {
  const { label: _label, wrapper: _wrapper, ...attrs } = options;
  return { id: fieldId(path), name: fieldName(path), ...(attrs as Attributes) } as Attributes & {
    readonly id: string;
  };
}

/** Label, input and error element, in their wrapper. */
export function frame({ path, id, input, options, labelBehind = false, labelText, error }: FieldParts): Html {
  const parts = [input];
  const { label = labelText ?? humanize(path), wrapper = {} } = options;
  if (label !== false) {
    const labelAttributes = { for: id, class: options.required === true ? 'required' : undefined };
    const text = tag('label', labelAttributes, content(label));
    if (labelBehind) parts.push(text);
    else parts.unshift(text);
  }
  if (error) {
    parts.push(
      tag(
        'p',
        { class: errorClass, id: `${fieldId(path)}_error`, [errorAttribute]: true, hidden: true },
        join(),
      ),
    );
  }
  const inner = join(...parts);
  if (wrapper === false) return inner;
  const { tag: name = 'div', class: className = fieldClass } =
    typeof wrapper === 'string' ? { tag: wrapper } : wrapper;
  return tag(name, { class: className }, inner);
}
