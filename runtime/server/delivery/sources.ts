/**
 * Names of the sources that the engine numbers, on this side (`user:42`, `group:songs`, `all`) and on
 * the client's (`user`, `group:songs`, `all`): a client has one user and need not be told which.
 */
export const everyone = 'all';

export function userSource(id: string): string {
  return `user:${id}`;
}

export function groupSource(name: string): string {
  return `group:${name}`;
}

export function clientName(source: string): string {
  return source.startsWith('user:') ? 'user' : source;
}

export function isGroupSource(source: string): boolean {
  return source.startsWith('group:');
}

/** The name of the group whose source this is. */
export function groupOf(source: string): string | undefined {
  return isGroupSource(source) ? source.slice('group:'.length) : undefined;
}
