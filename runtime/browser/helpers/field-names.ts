/** `song.title` → `song[title]`; `song.tags[]` → `song[tags][]`. */
export function fieldName(path: string): string {
  const [first = '', ...rest] = path.replace(/\[\]$/, '').split('.');
  return first + rest.map((segment) => `[${segment}]`).join('') + (path.endsWith('[]') ? '[]' : '');
}

/** `song.title` and `song[title]` → `song_title`. */
export function fieldId(pathOrName: string): string {
  return pathOrName.replace(/[^A-Za-z0-9-]+/g, '_').replace(/^_+|_+$/g, '');
}

/** `song.releasedOn` → `Released on`. */
export function humanize(path: string): string {
  const last = path.replace(/\[\]$/, '').split('.').at(-1) ?? '';
  const words = last
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
