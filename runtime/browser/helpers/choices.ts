import type { FieldOptions } from './field.js';
import { frame, inputAttributes } from './field.js';
import { fieldId, humanize } from './field-names.js';
import type { Html } from './html.js';
import { content, join, tag } from './html.js';

/** One of the values to choose from: the value alone, or with the text that is shown for it. */
export type Choice = string | number | readonly [value: string | number, text: string];

type Chosen = string | number | null | undefined;

export interface SelectOptions extends FieldOptions {
  /** The text of a first choice whose value is empty. */
  readonly prompt?: string;
  /** Whether several values may be chosen; the form sends an array then. @default false */
  readonly multiple?: boolean;
}

/**
 * A list to choose from.
 *
 * @param value what is chosen; an array where several may be.
 * @example != select('song.genre', song.genre, ['Folk', ['rnb', 'Rhythm and blues']], { prompt: 'Choose one' })
 */
export function select(
  path: string,
  value: Chosen | readonly (string | number)[],
  choices: readonly Choice[],
  options: SelectOptions = {},
): Html {
  const { prompt, ...fieldOptions } = options;
  const chosen = new Set((Array.isArray(value) ? value : [value ?? '']).map(String));
  const all: readonly Choice[] = prompt === undefined ? choices : [['', prompt], ...choices];
  const attrs = inputAttributes(path, fieldOptions);
  const items = all.map((choice) => {
    const [itemValue, text] = valueAndText(choice);
    return tag('option', { value: itemValue, selected: chosen.has(itemValue) }, content(text));
  });
  return frame({ path, id: attrs.id, input: tag('select', attrs, join(...items)), options, error: true });
}

/**
 * One of several buttons of which one can be on.
 *
 * @param choice the value this button stands for.
 * @param value the value that is on now.
 * @example each genre in ['Folk', 'Jazz']
 *   != radioButton('song.genre', genre, song.genre)
 */
export function radioButton(path: string, choice: Choice, value?: Chosen, options: FieldOptions = {}): Html {
  const [itemValue, text] = valueAndText(choice);
  const id = `${fieldId(path)}_${fieldId(itemValue)}`;
  const attrs = { ...inputAttributes(path, { id, ...options }) };
  const button = tag(
    'input',
    { type: 'radio', value: itemValue, checked: String(value ?? '') === itemValue, ...attrs },
    null,
  );
  const labelText = Array.isArray(choice) ? text : humanize(text);
  // The buttons of a group share one error, which no single one of them can hold.
  return frame({
    path,
    id: String(attrs.id),
    input: button,
    options,
    labelBehind: true,
    labelText,
    error: false,
  });
}

function valueAndText(choice: Choice): [value: string, text: string] {
  return typeof choice === 'object' ? [String(choice[0]), choice[1]] : [String(choice), String(choice)];
}
