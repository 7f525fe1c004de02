import type { CallTarget } from './call-text.js';
import { callAttribute, writeCalls } from './call-text.js';
import type { Attributes, Content, Html } from './html.js';
import { content, tag } from './html.js';

/**
 * An element that calls the server when it is clicked: a link, or what `attrs.tag` says.
 *
 * @param target the action, with its params: `{ 'Song.show': { id } }`; or its name alone.
 * @param attrs attributes; `tag`, in the original `tag_type`, is the element's name. @default { tag: 'a', href: '#' }
 * @example != linkTo(song.title, { 'Song.show': { id: song.id } }, { class: 'button', tag: 'button' })
 */
export function linkTo(text: Content, target: CallTarget, attrs: Attributes = {}): Html {
  const { tag_type: oldName, tag: name = oldName ?? 'a', ...rest } = attrs;
  const defaults: Attributes = name === 'a' ? { href: '#' } : name === 'button' ? { type: 'button' } : {};
  return tag(String(name), { ...defaults, ...rest, [callAttribute]: writeCalls(target) }, content(text));
}
