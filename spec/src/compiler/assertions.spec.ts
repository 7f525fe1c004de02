import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compile, writeFiles } from '../../../src/compiler/index.js';
import { repository } from '../../support/repository.js';
import { Project } from './project.js';
import { complaintsOf, sourcesAsPackage } from './type-check.js';

const cases = join(repository, 'spec/compiler-cases');

/** Whatever can be declared: what compiles has to be what it was compiled from, to TypeScript too. */
describe('assert.ts of each compiler case', () => {
  let project: Project;
  let told: readonly string[] = [];
  const names = readdirSync(cases).filter((name) => existsSync(join(cases, name, 'expected')));

  beforeAll(async () => {
    project = new Project({ 'tsconfig.json': sourcesAsPackage(['*/.rocket/assert.ts']) });
    for (const name of names) {
      const root = join(project.root, name);
      mkdirSync(root);
      cpSync(join(cases, name, 'app'), join(root, 'app'), { recursive: true });
      writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
      writeFiles(root, compile({ root, write: false }).files);
    }
    told = await complaintsOf(project.root);
  }, 120_000);

  afterAll(() => project[Symbol.dispose]());

  test.each(names)('%s: raises no false alarm', (name) => {
    expect(existsSync(join(project.root, name, '.rocket/assert.ts'))).toBe(true);
    expect(told.filter((line) => line.startsWith(`${name}/.rocket/`))).toEqual([]);
  });
});
