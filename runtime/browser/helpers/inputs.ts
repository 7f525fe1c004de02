import type { FieldOptions } from './field.js';
import { frame, inputAttributes } from './field.js';
import type { AttributeValue, Html } from './html.js';
import { content, tag } from './html.js';

/** What a field may start with. */
export type FieldValue = string | number | Date | null | undefined;

/**
 * A one-line text field with its label and the place for its error.
 *
 * @param path where the value belongs: `song.title` gets the name `song[title]` and the id `song_title`.
 * @example != textInput('song.title', song.title, { label: 'Title', required: true })
 */
export function textInput(path: string, value?: FieldValue, options: FieldOptions = {}): Html {
  return input('text', path, textOf(value), options);
}

/** As `textInput`, for a password. Its value is never written back to the page. */
export function passwordInput(path: string, _value?: FieldValue, options: FieldOptions = {}): Html {
  return input('password', path, undefined, options);
}

/** As `textInput`, for an email address. */
export function emailInput(path: string, value?: FieldValue, options: FieldOptions = {}): Html {
  return input('email', path, textOf(value), options);
}

/** As `textInput`, for a number. */
export function numberInput(path: string, value?: FieldValue, options: FieldOptions = {}): Html {
  return input('number', path, textOf(value), options);
}

/** As `textInput`, for a day. Of a `Date`, the day in UTC is shown, which is how the server reads it. */
export function dateInput(path: string, value?: FieldValue, options: FieldOptions = {}): Html {
  return input('date', path, textOf(value)?.slice(0, 10), options);
}

/** A value that is sent with the form and not shown: neither label nor wrapper. */
export function hiddenInput(path: string, value?: FieldValue, options: FieldOptions = {}): Html {
  return tag('input', { type: 'hidden', value: textOf(value), ...inputAttributes(path, options) }, null);
}

/** A text field of several lines. */
export function textArea(path: string, value?: FieldValue, options: FieldOptions = {}): Html {
  const attrs = inputAttributes(path, options);
  // The parser swallows the first line break of a text area.
  const text = content(`\n${textOf(value) ?? ''}`);
  return frame({ path, id: attrs.id, input: tag('textarea', attrs, text), options, error: true });
}

/** A box to tick; the form sends true or false. */
export function checkBox(path: string, checked?: boolean | null, options: FieldOptions = {}): Html {
  const attrs = inputAttributes(path, options);
  const box = tag('input', { type: 'checkbox', checked: checked === true, ...attrs }, null);
  return frame({ path, id: attrs.id, input: box, options, labelBehind: true, error: true });
}

function input(type: string, path: string, value: AttributeValue, options: FieldOptions): Html {
  const attrs = inputAttributes(path, options);
  return frame({
    path,
    id: attrs.id,
    input: tag('input', { type, value, ...attrs }, null),
    options,
    error: true,
  });
}

function textOf(value: FieldValue): string | undefined {
  if (value === null || value === undefined) return undefined;
  return value instanceof Date ? value.toISOString() : String(value);
}
