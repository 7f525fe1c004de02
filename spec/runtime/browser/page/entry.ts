/** What the specs' page runs: a client on an in-memory socket, reachable from the specs as `window.test`. */
import * as door from '../../../../runtime/browser/index.js';

const sent: Record<string, unknown>[] = [];
const errors: string[] = [];
const opened: { text(text: string): void; closed(code: number, reason: string): void }[] = [];

class AppController extends door.ClientController {
  page({ html }: { html: string }): void {
    door.render('#app', html as door.Html);
  }
}

const rocket = door.startWith(
  {
    contract: 'c1',
    actions: { Song: ['show', 'index', 'create'] },
    clientActions: { App: ['page'] },
    streams: [],
    encodeParams: {},
    reviveResult: {},
    reviveItem: {},
    reviveArgs: {},
    fields: {
      'Song.show': {
        'song.title': { required: true, maxlength: 5 },
        'song.contact': { type: 'email' },
        'song.year': { min: 1860, step: 1 },
        'song.key': { required: true },
      },
    },
  },
  {
    controllers: { App: AppController },
    openSocket: () => ({
      listen(listener) {
        opened.push(listener);
        queueMicrotask(() => listener.opened());
      },
      send(text) {
        const message = JSON.parse(text);
        if (message.$hello === undefined) sent.push(...[message].flat());
        else {
          const welcome = {
            session: 's',
            secret: 'x',
            resumed: false,
            node: 'n',
            contract: 'c1',
            heartbeat: 25_000,
            window: 0,
            maxPayload: 1_000_000,
            maxCalls: 256,
            at: { '': ['g', 0] },
          };
          listener()?.text(JSON.stringify({ $welcome: welcome }));
        }
      },
      close() {},
    }),
  },
);
rocket.on('error', (error) => errors.push(error.message));

function listener() {
  return opened.at(-1);
}

const test = {
  ...door,
  rocket,
  sent,
  errors,
  /** How many sockets were opened. */
  dialled: () => opened.length,
  serve: (frame: object) => listener()?.text(JSON.stringify(frame)),
  reply: (fields: object) => listener()?.text(JSON.stringify({ $re: sent.at(-1)?.$id, ...fields })),
  hangUp: () => listener()?.closed(1006, ''),
  violations: [] as string[],
};

document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
  test.violations.push(`${violatedDirective} ${blockedURI} ${sample}`);
});

export type TestPage = typeof test;

Object.assign(window, { test });
