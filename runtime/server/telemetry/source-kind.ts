/** The kind of a source, of which there are four: `session`, `user`, `group`, `all`. A session's own may have no name. */
export function sourceKind(source: string): string {
  const colon = source.indexOf(':');
  if (colon !== -1) return source.slice(0, colon);
  return source === '' ? 'session' : source;
}
