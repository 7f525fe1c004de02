import { expect, test } from '@jest/globals';
import * as internal from '../../../src/contract/internal.js';
import type { ClientManifest } from '../../../src/contract/manifest.js';
import { Project } from './project.js';

const source = `
import { Action, Controller } from 'rocket-io';

export interface Meeting {
  at: Date;
  moved?: Date | null;
  others: Date[];
  byDay: Record<string, Date>;
  span: [string, ...Date[]];
  next?: Meeting;
  told: { kind: 'at'; on: Date } | { kind: 'text'; on: string };
}

export interface TestClient {
  show(args: { meeting: Meeting }): void;
  plain(args: { text: string }): void;
}

@Controller<TestClient>()
export class TestController {
  @Action() now(): Date { return new Date(); }
  @Action() all(): Meeting[] { return []; }
  @Action() text(): string { return ''; }
  @Action() either(): string | Date { return ''; }
}
`;

/** The manifest that the generated client hands to the runtime. */
function manifestOf(project: Project): ClientManifest {
  const { files } = project.compileFine();
  const client = files.find(({ path }) => path === '.rocket/client.js')?.text ?? '';
  const body = client.replace(/^import .*$/gm, '').replace(/^export /gm, '');
  const run = new Function('ClientController', ...Object.keys(internal), `${body}\nreturn manifest;`);
  return run(class {}, ...Object.values(internal)) as ClientManifest;
}

test('dates become dates again, wherever they are', () => {
  using project = new Project({ 'app/controllers/test.controller.ts': source });
  const manifest = manifestOf(project);
  const at = new Date('2024-02-29T12:00:00.000Z');
  const inner = { at, others: [], byDay: {}, span: ['a'], told: { kind: 'text', on: at.toISOString() } };
  const meeting = {
    ...inner,
    moved: null,
    others: [at, at],
    byDay: { today: at },
    span: ['a', at],
    next: { ...inner, moved: at },
    told: { kind: 'at', on: at },
  };
  const sent = JSON.parse(JSON.stringify({ meeting })) as unknown;
  expect(manifest.reviveArgs['Test.show']?.(sent)).toEqual({ meeting });
  expect(manifest.reviveResult['Test.all']?.([JSON.parse(JSON.stringify(meeting))])).toEqual([meeting]);
  expect(manifest.reviveResult['Test.now']?.(at.toISOString())).toEqual(at);
});

test('there is a reviver only where there are dates', () => {
  using project = new Project({ 'app/controllers/test.controller.ts': source });
  const manifest = manifestOf(project);
  expect(Object.keys(manifest.reviveArgs)).toEqual(['Test.show']);
  expect(Object.keys(manifest.reviveResult)).toEqual(['Test.now', 'Test.all']);
});

test('a value of another form than its type says is left as it is', () => {
  using project = new Project({ 'app/controllers/test.controller.ts': source });
  const { reviveArgs } = manifestOf(project);
  for (const value of [null, undefined, 1, 'text', [], {}, { meeting: null }, { meeting: [] }]) {
    expect(reviveArgs['Test.show']?.(value)).toEqual(value);
  }
  const odd = { meeting: { at: 5, others: 'none', byDay: null, span: {}, told: 'x' } };
  expect(reviveArgs['Test.show']?.(structuredClone(odd))).toEqual(odd);
});
