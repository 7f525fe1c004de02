/** Where the server of this page listens: the page's own host, `/rocket`. */
export function pageUrl(asking: string): string {
  const { location } = globalThis as { location?: Location };
  if (location === undefined || !location.protocol.startsWith('http')) {
    throw new TypeError(
      `${asking}: there is no page to take the address from; pass url, such as "ws://localhost:3000/rocket"`,
    );
  }
  return `${location.protocol.replace('http', 'ws')}//${location.host}/rocket`;
}
