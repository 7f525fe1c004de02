/** What the pages of `session-keeper.spec.ts` run: a client on real sockets, reachable from the spec as `window.kept`. */
import { ClientController, startWith } from '../../../../runtime/browser/index.js';

interface Rocket {
  readonly Song: { save(): Promise<unknown> };
}

const log: string[] = [];

class AppController extends ClientController<Rocket> {
  constructor(rocket: Rocket) {
    super(rocket);
    if (location.search === '?eager') void rocket.Song.save();
  }

  note(text: string): void {
    log.push(`note ${text}`);
  }
}

const rocket = startWith(
  {
    contract: 'c1',
    actions: { Song: ['save'] },
    clientActions: { App: ['note'], Song: ['changed'] },
    streams: [],
    encodeParams: {},
    reviveResult: {},
    reviveItem: {},
    reviveArgs: {},
    fields: {},
  },
  {
    controllers: { App: AppController },
    ...(location.search === '?forget' && { keepSession: false }),
    // Another server than the page's.
    ...(location.hash !== '' && { url: location.hash.slice(1) }),
  },
);
rocket.on('connect', ({ resumed }) => log.push(resumed ? 'resumed' : 'new'));
rocket.on('firstConnect', () => log.push('drawn'));
rocket.on('Song.changed', () => log.push('changed'));
rocket.on('gap', ({ of }) => log.push(`gap "${of}"`));
rocket.on('disconnect', ({ code }) => log.push(`lost ${code}`));
rocket.on('error', ({ message }) => log.push(`error ${message}`));

const { Song } = rocket as unknown as Rocket;

const kept = {
  rocket,
  log,
  save: () => Song.save(),
  /** What the storage holds of this library. */
  stored: () => Object.keys(sessionStorage).filter((key) => key.startsWith('rocket ')),
};

export type KeptPage = typeof kept;

Object.assign(window, { kept });
