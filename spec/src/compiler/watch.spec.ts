import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Watching, type WatchResult, watch } from '../../../src/compiler/index.js';
import { controllerSource, Project } from './project.js';

const controller = 'app/controllers/test.controller.ts';

/** The results of a watch, in order: each can be waited for. */
class Results {
  readonly all: WatchResult[] = [];
  private wake = () => {};

  readonly take = (result: WatchResult): void => {
    this.all.push(result);
    this.wake();
  };

  /** The first result from now on that fits. */
  async next(fits: (result: WatchResult) => boolean): Promise<WatchResult> {
    for (let seen = this.all.length; ; seen++) {
      while (this.all.length <= seen)
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      const result = this.all[seen];
      if (result && fits(result)) return result;
    }
  }
}

let project: Project;
let results: Results;
let watching: Watching;

beforeEach(async () => {
  project = new Project({
    [controller]: controllerSource({ show: '{ id: string }' }),
    'app/client/main.ts': 'export {};\n',
    'app/views/test/show.pug': 'p Hello\n',
  });
  results = new Results();
  watching = await watch({ root: project.root }, results.take);
});

afterEach(async () => {
  await watching.close();
  project[Symbol.dispose]();
});

const actionsOf = ({ contract }: WatchResult) => contract.controllers[0]?.actions.map(({ name }) => name);

describe('watching', () => {
  test('compiles at once', () => {
    expect(results.all).toHaveLength(1);
    expect(results.all[0]).toMatchObject({ diagnostics: [], changed: [] });
    expect(results.all[0]?.written).toContain('.rocket/client.js');
    expect(results.all[0]?.milliseconds).toBeGreaterThan(0);
  });

  test('compiles again after the edit of a controller, and says what changed', async () => {
    const next = results.next((result) => actionsOf(result)?.includes('list') ?? false);
    project.write(controller, controllerSource({ list: '{ page: number }' }));
    const { changed, written, diagnostics } = await next;
    expect([changed, diagnostics]).toEqual([[controller], []]);
    expect(written).toContain('.rocket/client.js');
  });

  test('compiles again after the edit of a template', async () => {
    const next = results.next(({ changed }) => changed.length > 0);
    project.write('app/views/test/show.pug', 'p Bye\n');
    const { changed, written } = await next;
    expect(changed).toEqual(['app/views/test/show.pug']);
    expect(written).toContain('.rocket/templates.js');
  });

  test('sees files that are new, moved and removed, in folders that are new', async () => {
    const added = results.next(({ contract }) => contract.controllers.length === 2);
    project.write(
      'app/controllers/admin/user.controller.ts',
      controllerSource({ ban: '{ id: string }' }).replace('TestController', 'UserController'),
    );
    await added;
    const moved = results.next(({ files }) => files.some(({ text }) => text.includes('people: {')));
    renameSync(join(project.root, 'app/views/test'), join(project.root, 'app/views/people'));
    await moved;
    const removed = results.next(({ contract }) => contract.controllers.length === 1);
    rmSync(join(project.root, 'app/controllers/admin'), { recursive: true });
    expect((await removed).diagnostics).toEqual([]);
  });

  test('tells mistakes, writes nothing then, and goes on', async () => {
    const wrong = results.next(({ diagnostics }) => diagnostics.length > 0);
    project.write(controller, controllerSource({ show: '{ id: symbol }' }));
    expect(await wrong).toMatchObject({ diagnostics: [{ code: 'type_cannot_travel' }], written: [] });
    const right = results.next(({ diagnostics }) => diagnostics.length === 0);
    project.write(controller, controllerSource({ show: '{ id: number }' }));
    expect((await right).written).toContain('.rocket/server.js');
  });

  test('sees a file outside of app once the app imports it', async () => {
    project.write('lib/id.ts', 'export type Id = string;\n');
    const imported = results.next(
      ({ diagnostics, changed }) => changed.includes(controller) && diagnostics.length === 0,
    );
    project.write(
      controller,
      controllerSource({ show: '{ id: Id }' }, "import type { Id } from '../../lib/id.js';"),
    );
    await imported;
    const edited = results.next(({ changed }) => changed.includes('lib/id.ts'));
    // Nothing tells when the new file is watched: it is written until an edit is seen.
    const writing = setInterval(() => project.write('lib/id.ts', 'export type Id = number;\n'), 100);
    await edited;
    clearInterval(writing);
    expect((await edited).contract.controllers[0]?.actions[0]?.params).toMatchObject({
      properties: [{ name: 'id', shape: { kind: 'number' } }],
    });
  });

  test('takes edits that come together as one, and does not look at client code', async () => {
    const both = results.next(({ changed }) => changed.includes('app/views/z.pug'));
    project.write('app/client/main.ts', 'export const a = 1;\n');
    project.write('app/views/a.pug', 'p A\n');
    project.write('app/views/z.pug', 'p Z\n');
    expect((await both).changed).toEqual(['app/views/a.pug', 'app/views/z.pug']);
    expect(results.all).toHaveLength(2);
  });

  test('ends for good when it is closed', async () => {
    const before = results.all.length;
    project.write(controller, controllerSource({ other: '{ id: string }' }));
    await watching.close();
    project.write(controller, controllerSource({ another: '{ id: string }' }));
    // A second watch sees what the first would have seen by now.
    const second = new Results();
    const other = await watch({ root: project.root, write: false }, second.take);
    const seen = second.next(({ changed }) => changed.length > 0);
    project.write('app/views/more.pug', 'p\n');
    await seen;
    await other.close();
    expect(results.all).toHaveLength(before);
  });
});
