import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Project, tempProject } from '../../support/project.js';
import { Rocket, radio, run } from '../rocket.js';

jest.setTimeout(60_000);

const controller = 'app/controllers/song.controller.ts';
let project: Project;

beforeAll(() => {
  project = tempProject(radio);
});

afterAll(() => project.remove());

describe('rocket routes', () => {
  test('lists what either side may call, with what it takes and gives, and where it is', async () => {
    expect(await run(['routes'], project.root)).toEqual({
      code: 0,
      out: [
        'Clients may call:',
        `  Song.play  { title: string } → string  ${controller}:9`,
        '',
        'The server may call on clients:',
        `  Song.playing  { title: string }  ${controller}:3`,
        '',
        '',
      ].join('\n'),
      err: '',
    });
  });

  test('has colours on a screen only, unless NO_COLOR says otherwise', async () => {
    const colour = '\u001b[';
    expect((await run(['routes'], project.root, { FORCE_COLOR: '1', NO_COLOR: '' })).out).toContain(colour);
    expect((await run(['routes'], project.root, { NO_COLOR: '' })).out).not.toContain(colour);
  });

  test('--json prints the same for programs', async () => {
    const { out } = await run(['routes', '--json'], project.root);
    expect(JSON.parse(out)).toEqual({
      ok: true,
      diagnostics: [],
      routes: [
        {
          call: 'Song.play',
          runs: 'server',
          source: { file: controller, line: 9, column: 9 },
          takes: '{ title: string }',
          gives: 'string',
        },
        {
          call: 'Song.playing',
          runs: 'client',
          source: { file: controller, line: 3, column: 3 },
          takes: '{ title: string }',
        },
      ],
    });
  });

  test('of an app with mistakes tells those', async () => {
    const broken = tempProject({
      [controller]: radio[controller].replace('title: string }', 'title: symbol }'),
    });
    try {
      const { code, err } = await run(['routes'], broken.root);
      expect(code).toBe(1);
      expect(err).toContain('error type_cannot_travel: ');
      const told = await run(['routes', '--json'], broken.root);
      expect(JSON.parse(told.out)).toMatchObject({
        ok: false,
        routes: [],
        diagnostics: [{ severity: 'error' }],
      });
    } finally {
      broken.remove();
    }
  });
});

describe('rocket asyncapi', () => {
  test('prints the document, named after the package', async () => {
    const { code, out, err } = await run(['asyncapi'], project.root);
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({
      asyncapi: '3.0.0',
      info: { title: 'radio', version: '0.0.0' },
      operations: { 'Song.play': { action: 'receive' }, 'Song.playing.transmission': { action: 'send' } },
    });
  });

  test('--out writes it to a file, and says so', async () => {
    const { out } = await run(
      ['asyncapi', '--out', 'api.json', '--url', 'wss://radio.example/live'],
      project.root,
    );
    expect(out).toBe('Wrote 3 operations to api.json\n');
    expect(JSON.parse(readFileSync(join(project.root, 'api.json'), 'utf8'))).toMatchObject({
      servers: { app: { host: 'radio.example' } },
      channels: { rocket: { address: '/live' } },
    });
  });

  test('takes the URL of a socket and no other', async () => {
    const { code, err } = await run(['asyncapi', '--url', 'https://radio.example'], project.root);
    expect(code).toBe(2);
    expect(err).toContain('Give the URL of a socket');
  });
});

describe('rocket compile --watch', () => {
  test('compiles after every edit, a line each, and ends when it is asked to', async () => {
    const rocket = new Rocket(['compile', '--watch'], project.root);
    await rocket.says('; watching for edits\n');
    const edited = radio[controller].replace(
      'title: string }): void',
      'title: string; artist?: string }): void',
    );
    project.put(controller, edited);
    await rocket.says(`Compiled ${controller} in `);
    expect(rocket.out).toMatch(
      /^Compiled app\/controllers\/song\.controller\.ts in \d+ ms \(\d files written\)$/m,
    );
    rocket.signal('SIGTERM');
    expect(await rocket.exit).toBe(0);
    expect(rocket.err).toBe('');
  });

  test('--json prints one line for each compile', async () => {
    const rocket = new Rocket(['compile', '--watch', '--json'], project.root);
    await rocket.says('"changed":[]}\n');
    project.put(controller, radio[controller].replace('title: string }): void', 'title: symbol }): void'));
    await rocket.says(`"changed":["${controller}"]}\n`);
    project.put(controller, radio[controller]);
    rocket.signal('SIGINT');
    expect(await rocket.exit).toBe(0);
    const lines = rocket.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { ok: boolean });
    expect(lines.slice(0, 2)).toMatchObject([
      { ok: true },
      { ok: false, diagnostics: [{ code: 'type_cannot_travel' }] },
    ]);
  });

  test('does not go with --check', async () => {
    const { code, err } = await run(['compile', '--watch', '--check'], project.root);
    expect(code).toBe(2);
    expect(err).toContain("option '--watch' cannot be used with option '--check'");
  });
});

test('rocket build --json prints one result', async () => {
  const { code, out, err } = await run(['build', '--json'], project.root);
  expect([code, err]).toEqual([0, '']);
  expect(JSON.parse(out)).toMatchObject({ ok: true, diagnostics: [] });
  const outside = await run(['build', '--json'], join(project.root, 'app'));
  expect(outside.code).toBe(1);
  expect(JSON.parse(outside.out)).toMatchObject({ ok: false, diagnostics: [{ code: 'missing_config' }] });
});
