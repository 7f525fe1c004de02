/** A row of the table of rooms: a folder, or a file with rules of its own, and what it may import. */
export interface Room {
  readonly name: string;
  readonly mayImport: readonly string[];
  readonly packages: readonly AllowedPackage[];
}

export interface AllowedPackage {
  /** `ws`, `@swc/core`, or `node:*` for all of Node. */
  readonly name: string;
  readonly onlyTypes: boolean;
}

const headings = ['room', 'may import', 'outside packages'];

/** Reads the table of rooms out of `docs/ARCHITECTURE.md`, which explains its format. */
export function parseRooms(markdown: string): Room[] {
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => cellsOf(line).join() === headings.join());
  if (start === -1) throw new Error(`No table of rooms: no line has the columns ${headings.join(', ')}`);
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end === -1 ? undefined : end).map(parseRow);
}

function parseRow(row: string): Room {
  const [name, mayImport, packages, ...surplus] = row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
  const room = name && codeIn(name);
  if (!room || !mayImport || !packages || surplus.length > 0) throw new Error(`Not a row of rooms: ${row}`);
  return {
    name: room,
    mayImport: items(mayImport, 'nothing').map((item) => codeIn(item) ?? fail(row, item)),
    packages: items(packages, 'none').map((item) => {
      const allowed = codeIn(item.replace(/^types of /, '')) ?? fail(row, item);
      return { name: allowed, onlyTypes: item.startsWith('types of ') };
    }),
  };
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function items(cell: string, empty: string): string[] {
  return cell === empty ? [] : cell.split(',').map((item) => item.trim());
}

function codeIn(text: string): string | undefined {
  return /^`([^`]+)`$/.exec(text)?.[1];
}

function fail(row: string, item: string): never {
  throw new Error(`Not a room or a package, "${item}", in the row: ${row}`);
}

/** The room a file is in: the file itself when it has a row, else the nearest folder that has one. */
export function roomOf(path: string, rooms: readonly Room[]): Room | undefined {
  const byName = new Map(rooms.map((room) => [room.name, room]));
  for (let place = path; place !== ''; place = place.slice(0, Math.max(0, place.lastIndexOf('/')))) {
    const room = byName.get(place);
    if (room !== undefined) return room;
  }
  return undefined;
}
