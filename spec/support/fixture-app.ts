import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type AppOptions, createApp, type RocketApp } from '../../runtime/server/index.js';
import { compile, writeFiles } from '../../src/compiler/index.js';
import { repository } from './repository.js';

/** A fixture application, compiled by the compiler under test and ready to be started. */
export interface FixtureApp {
  readonly root: string;
  /** What its `rocket.config.ts` exports. */
  readonly options: AppOptions;
  /** An app of these options, with those of a spec on top, on a free port. */
  app(options?: Partial<AppOptions>): RocketApp;
  /** Closes every app made and removes the folder. */
  dispose(): Promise<void>;
}

/**
 * Copies `spec/fixtures/<name>`, so that specs that run side by side compile apart, and compiles it.
 *
 * @param edit changes the copy before it is compiled.
 */
export async function fixtureApp(name: string, edit?: (root: string) => void): Promise<FixtureApp> {
  const base = join(repository, '.cache', 'fixtures');
  mkdirSync(base, { recursive: true });
  const root = mkdtempSync(join(base, `${name}-`));
  cpSync(join(repository, 'spec', 'fixtures', name), root, { recursive: true });
  edit?.(root);
  const result = compile({ root });
  const errors = result.diagnostics.map(
    ({ code, message, file, line }) => `${file}:${line} ${code} ${message}`,
  );
  if (errors.length > 0) throw new Error(`The fixture ${name} does not compile:\n${errors.join('\n')}`);
  writeFiles(root, result.files);
  const module = (await import(pathToFileURL(join(root, 'rocket.config.ts')).href)) as Record<
    string,
    AppOptions
  >;
  const config = Object.values(module)[0] as AppOptions;
  const apps: RocketApp[] = [];
  return {
    root,
    options: config,
    app(options = {}) {
      const app = createApp({ ...config, port: 0, host: '127.0.0.1', logLevel: 'silent', ...options });
      apps.push(app);
      return app;
    },
    async dispose() {
      await Promise.all(apps.map((app) => app.close()));
      rmSync(root, { recursive: true, force: true });
    },
  };
}
