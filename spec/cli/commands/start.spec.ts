import { type AddressInfo, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import WebSocket from 'ws';
import { type Project, tempProject } from '../../support/project.js';
import { Rocket, radio, run } from '../rocket.js';

// Builds, and processes started, on a machine that does other things too.
jest.setTimeout(30_000);

let radioApp: Project;
const projects: Project[] = [];
const running: Rocket[] = [];

beforeAll(async () => {
  radioApp = tempProject(radio);
  expect(await run(['build'], radioApp.root)).toMatchObject({ code: 0 });
});

afterAll(() => radioApp.remove());

afterEach(async () => {
  for (const rocket of running.splice(0)) {
    rocket.signal('SIGKILL');
    await rocket.exit;
  }
  for (const project of projects.splice(0)) project.remove();
});

function start(project: Project, args: string[] = [], env?: Record<string, string>): Rocket {
  const rocket = new Rocket(['start', ...args], project.root, env);
  running.push(rocket);
  return rocket;
}

function project(files: Record<string, string>): Project {
  const made = tempProject({ 'package.json': '{ "name": "radio", "type": "module" }', ...files });
  projects.push(made);
  return made;
}

/** A built app that finds a framework of a few lines beside itself: what is looked at is the command. */
function standIn(app: string, config = 'export default { port: 1 };'): Project {
  return project({
    'rocket.config.ts': '',
    'dist/rocket.config.js': config,
    'dist/node_modules/rocket-io/package.json': '{ "type": "module", "exports": "./index.js" }',
    'dist/node_modules/rocket-io/index.js': `export function createApp(options) {
      setInterval(() => {}, 1000); // As a database connection does, it keeps the process alive.
      return { listen: async () => 'http://' + (options.host ?? 'localhost') + ':' + options.port, close: async () => {}, ${app} };
    }`,
  });
}

describe('an app that runs', () => {
  test('is reached at the address that is printed, by page and by socket, until SIGTERM', async () => {
    const rocket = start(radioApp, ['--port', '0', '--host', '127.0.0.1']);
    await rocket.says('radio listening on http://127.0.0.1:');
    const url = /listening on (\S+)/.exec(rocket.out)?.[1] ?? '';
    expect(await (await fetch(url)).text()).toContain('<title>Radio</title>');
    expect((await fetch(`${url}/assets/app.js`)).headers.get('content-type')).toMatch(/javascript/);

    const socket = new WebSocket(`${url.replace('http', 'ws')}/rocket`);
    const received = new Promise<string>((resolve, reject) => {
      socket.once('message', (data) => resolve(String(data)));
      socket.once('error', reject);
    });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.once('open', () => socket.send('{"Song.play":{"title":"Blue"}}'));
    expect(JSON.parse(await received)).toEqual({ 'Song.playing': { title: 'Blue' } });

    rocket.signal('SIGTERM');
    expect(await rocket.exit).toBe(0);
    await closed;
  });

  test('takes --port before PORT, PORT before the configuration, and the folder as its own', async () => {
    const app = standIn('listen: async () => process.cwd() + " " + options.port');
    for (const [args, env, port] of [
      [['--port', '3'], { PORT: '2' }, 3],
      [[], { PORT: '2' }, 2],
      [[], { PORT: '' }, 1],
    ] as const) {
      const rocket = new Rocket(['start', '--root', app.root, ...args], '/', env);
      running.push(rocket);
      await rocket.says(`radio listening on ${app.root} ${port}\n`);
    }
  });

  test('survives a promise that nobody awaited, and tells of it', async () => {
    const app = standIn(`listen: async () => {
      Promise.reject(new Error('forgotten'));
      setTimeout(() => console.log('still here'), 10);
      return 'here';
    }`);
    const rocket = start(app);
    await rocket.says('still here');
    expect(rocket.err).toContain('Error: forgotten');
  });
});

test('survives what an action left behind and what it throws, and tells of it', async () => {
  const app = standIn(`listen: async () => {
    setTimeout(() => { throw new Error('left behind'); });
    setTimeout(() => { throw Object.defineProperty(new Error(), 'stack', { get() { throw 1; } }); });
    setTimeout(() => console.log('still here'), 20);
    return 'here';
  }`);
  const rocket = start(app);
  await rocket.says('still here');
  expect(rocket.err).toContain('Error: left behind');
  expect(rocket.err).toContain('cannot be described');
});

describe('an app that is asked to end', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'is closed on %s and ends with 0, whatever is still open',
    async (signal) => {
      const rocket = start(standIn('close: async () => console.log("closed")'));
      await rocket.says('listening');
      rocket.signal(signal);
      expect(await rocket.exit).toBe(0);
      expect(rocket.out).toContain('closed');
    },
  );

  test('sends clients elsewhere first on SIGTERM, and closes all the same when that fails', async () => {
    const app = 'drain: async () => { console.log("drained"); throw new Error("no engine"); }';
    const rocket = start(standIn(`${app}, close: async () => console.log("closed")`));
    await rocket.says('listening');
    rocket.signal('SIGTERM');
    expect(await rocket.exit).toBe(1);
    expect(rocket.out).toMatch(/drained\nclosed\n$/);
    expect(rocket.err).toContain('no engine');
  });

  test('does not send clients elsewhere on SIGINT', async () => {
    const app = 'drain: async () => console.log("drained"), close: async () => console.log("closed")';
    const rocket = start(standIn(app));
    await rocket.says('listening');
    rocket.signal('SIGINT');
    expect(await rocket.exit).toBe(0);
    expect(rocket.out).not.toContain('drained');
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends at once on another %s, not on the echo of the first', async (signal, code) => {
    const rocket = start(standIn('close: () => new Promise(() => console.log("closing"))'));
    await rocket.says('listening');
    rocket.signal(signal);
    rocket.signal(signal);
    await rocket.says('closing');
    const asking = setInterval(() => rocket.signal(signal), 100);
    expect(await rocket.exit).toBe(code);
    clearInterval(asking);
  });

  test('ends with 1 when closing fails, and says why', async () => {
    const rocket = start(standIn('close: async () => { throw new Error("the disk is full"); }'));
    await rocket.says('listening');
    rocket.signal('SIGTERM');
    expect(await rocket.exit).toBe(1);
    expect(rocket.err).toContain('the disk is full');
  });

  test('while it is starting is closed without complaint', async () => {
    const rocket = start(
      standIn(`...(() => {
        let stop;
        return {
          listen: () => new Promise((_, reject) => { stop = reject; console.log('starting'); }),
          close: async () => stop(new Error('closed while starting')),
        };
      })()`),
    );
    await rocket.says('starting');
    rocket.signal('SIGTERM');
    expect(await rocket.exit).toBe(0);
    expect(rocket.err).toBe('');
  });
});

describe('an app that cannot start', () => {
  test('because it is not built is told to build', async () => {
    const { code, err } = await run(['start'], project({ 'rocket.config.ts': '' }).root);
    expect(code).toBe(1);
    expect(err).toContain('not_built: ');
    expect(err).toContain('Run `npx rocket build` first');
  });

  test('because the folder is no project is told so', async () => {
    const { code, err } = await run(['start'], project({}).root);
    expect(code).toBe(1);
    expect(err).toContain('missing_config: ');
  });

  test.each([
    ['no default export', 'export const config = {};'],
    ['a default export that is not an object', 'export default 3;'],
  ])('because the configuration has %s is told what to write', async (what, config) => {
    const { code, err } = await run(['start'], standIn('', config).root);
    expect(code).toBe(1);
    expect(err).toContain(`bad_config: rocket.config.ts has ${what}`);
    expect(err).toContain('export default defineConfig');
  });

  test('because the configuration throws shows the whole error', async () => {
    const { code, err } = await run(
      ['start'],
      standIn('', 'throw new Error("no such variable: SECRET");').root,
    );
    expect(code).toBe(1);
    expect(err).toContain('no such variable: SECRET');
    expect(err).toMatch(/at .*rocket\.config\.js:1:7/);
    expect(err).not.toMatch(/node:internal|cli\/commands/);
  });

  test('because Node takes its files for CommonJS is told what package.json must say', async () => {
    const app = standIn('', "import 'node:fs';");
    app.put('package.json', '{ "name": "radio", "type": "commonjs" }');
    const { code, err } = await run(['start'], app.root);
    expect(code).toBe(1);
    expect(err).toContain('broken_module: rocket.config.ts cannot be loaded');
    expect(err).toContain('Write "type": "module" into package.json');
  });

  test('because of an initializer ends although something is still open', async () => {
    const app = standIn(
      'listen: async () => { throw new Error("no database", { cause: new Error("refused") }); }',
    );
    const { code, err } = await run(['start'], app.root);
    expect(code).toBe(1);
    expect(err).toContain('no database');
    expect(err).toContain('refused');
  });

  test('because its port is taken is told which one and what to set', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const { code, err } = await run(['start', '--host', '127.0.0.1'], radioApp.root, { PORT: String(port) });
    await new Promise((resolve) => other.close(resolve));
    expect(code).toBe(1);
    expect(err).toContain(`port_taken: Port ${port} is taken by another program`);
    expect(err).toContain('PORT');
  });
});
