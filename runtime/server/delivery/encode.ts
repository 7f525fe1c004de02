import type { Encoder } from '../../../src/contract/manifest.js';

/**
 * A message → its body: JSON without the outer braces, so that control fields can be put behind it
 * without encoding it again.
 *
 * @param clientActions what clients can receive, with what makes JSON of its arguments.
 * @throws TypeError for an unknown call, an empty message, or a value that JSON cannot carry.
 */
export function encodeBody(message: object, clientActions: ReadonlyMap<string, Encoder | null>): string {
  let body = '';
  for (const [name, args] of Object.entries(message)) {
    const encoder = clientActions.get(name);
    if (encoder === undefined) throw new TypeError(unknownCall(name));
    const json = args === undefined ? '""' : JSON.stringify(encoder === null ? args : encoder(args));
    if (json === undefined)
      throw new TypeError(`The arguments of "${name}" are a ${typeof args}, which JSON cannot carry`);
    body += `${body === '' ? '' : ','}${JSON.stringify(name)}:${json}`;
  }
  if (body === '') throw new TypeError('A message names at least one call, such as {"Song.show": {…}}');
  return body;
}

function unknownCall(name: string): string {
  return `No client controller has an action "${name}": declare it in the interface that @Controller<…>() names and run \`npx rocket compile\``;
}
