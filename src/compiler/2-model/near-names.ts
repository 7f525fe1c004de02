/** The name that was probably meant: the nearest, where any is near. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  return nearestFirst(name, names).find(
    (one) => distance(name, one) <= Math.max(2, Math.floor(name.length * 0.4)),
  );
}

/** The names, the most similar first. */
export function nearestFirst(name: string, names: Iterable<string>): string[] {
  return [...names]
    .map((one) => ({ one, distance: distance(name, one) }))
    .sort((a, b) => a.distance - b.distance || (a.one < b.one ? -1 : 1))
    .map(({ one }) => one);
}

/** How many letters have to be put in, taken out or replaced, capitals not counted. */
function distance(from: string, to: string): number {
  const [a, b] = [from.toLowerCase(), to.toLowerCase()];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
