import type { Attributes, Content, Html } from './html.js';
import { content, tag } from './html.js';

/**
 * A form whose values are sent to an action.
 *
 * @param body the fields, as markup.
 * @example formFor('Song.create', { class: 'card' }, textInput('song.title') + submit('Save'))
 */
export function formFor(action: string, attrs: Attributes, body: string): Html {
  return tag('form', { action, ...attrs }, body as Html);
}

/**
 * The button that sends a form.
 *
 * @example != submit('Save', { class: 'primary' })
 */
export function submit(text: Content = 'Save', attrs: Attributes = {}): Html {
  return tag('button', { type: 'submit', ...attrs }, content(text));
}
