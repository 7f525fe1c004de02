/** How things are called: `SongController#show` is `Song.show` on the wire. */

const callName = /^[A-Z][A-Za-z0-9_]*\.[a-z_][A-Za-z0-9_]*$/;

/** Whether `name` has the form of a call, `Controller.action`. */
export function isCallName(name: string): boolean {
  return name.length <= 200 && callName.test(name);
}

/** `SongController` → `Song`; undefined where the class name does not end in `Controller`. */
export function controllerName(className: string): string | undefined {
  return /^([A-Z][A-Za-z0-9_]*)Controller$/.exec(className)?.[1];
}
